namespace MoviesNow.ServiceDefaults.Web;

/// <summary>Which pages may call the services from a browser; configuration section <c>Cors</c>. Without origins, none may.</summary>
public sealed class CorsSettings
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Cors";

    /// <summary>Stands in <see cref="AllowedOrigins"/> for every origin.</summary>
    public const string AnyOrigin = "*";

    /// <summary>
    /// Origins of pages, as browsers name them: <c>https://player.example</c>, in lower case, with a port unless it is the
    /// scheme's own, without a path. Or <c>*</c> alone, every page.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Confirms, outside Development, that <c>*</c> is meant.</summary>
    public bool AllowAnyOrigin { get; set; }

    /// <summary>Whether pages on this machine may call as well: http or https on localhost, 127.0.0.1 or [::1], any port.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Whether browsers send cookies along, for a proxy in front that asks for them; the services themselves take none.</summary>
    public bool AllowCredentials { get; set; }
}
