using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Web;

internal sealed class CorsSettingsValidator(IHostEnvironment environment) : IValidateOptions<CorsSettings>
{
    public ValidateOptionsResult Validate(string? name, CorsSettings options)
    {
        var errors = new List<string>();
        for (var i = 0; i < options.AllowedOrigins.Count; i++)
        {
            var origin = options.AllowedOrigins[i];
            if (origin is not CorsSettings.AnyOrigin && !Origin.IsExact(origin))
            {
                errors.Add($"Cors:AllowedOrigins:{i} must be an origin as browsers name it, such as https://player.example or http://localhost:5173.");
            }
        }

        if (options.AllowedOrigins.Contains(CorsSettings.AnyOrigin))
        {
            CheckAnyOrigin(options, errors);
        }
        else if (options.AllowAnyOrigin)
        {
            errors.Add("Cors:AllowAnyOrigin confirms * in Cors:AllowedOrigins, which is not there.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private void CheckAnyOrigin(CorsSettings options, List<string> errors)
    {
        if (options.AllowedOrigins.Count > 1)
        {
            errors.Add("Cors:AllowedOrigins must name origins, or * alone.");
        }

        if (options.AllowCredentials)
        {
            errors.Add("Cors:AllowCredentials must not be set while Cors:AllowedOrigins is *: any page could act as its visitor.");
        }

        if (!options.AllowAnyOrigin && !environment.IsDevelopment())
        {
            errors.Add("Cors:AllowedOrigins may be * only in Development, or with Cors:AllowAnyOrigin.");
        }
    }
}
