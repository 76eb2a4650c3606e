using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using MoviesNow.Cli.Catalog;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Delivery;

/// <summary>What several commands on downloads can be told.</summary>
internal static class DeliveryOptions
{
    private const int RedemptionIdBytes = 16;

    public static readonly Option<string?> Token = new("--token") { Description = "One-time token, for bundles that ask for one" };

    public static readonly Option<string?> Country = new("--country") { Description = "Country that it is for, such as NO; titles with a country list need it" };

    /// <summary>What is downloaded: the argument that all these commands have.</summary>
    public static Argument<string> Reference() => new("bundle") { Description = "Id of the bundle, or a key in the bucket" };

    /// <summary>An option of seconds; the service clamps or refuses what is too little or too much.</summary>
    public static Option<int> Seconds(string name, string help) => new Option<int>(name) { Description = help, HelpName = "seconds" }.Within(0);

    /// <summary>What the options of a command say of a link. A token that is sent again, because an answer was lost, is not spent again.</summary>
    public static DownloadOptions Of(CatalogCall call)
    {
        var token = call.Parsed.GetValue(Token) ?? "";
        return new DownloadOptions
        {
            Token = token,
            RedemptionId = token.Length > 0 ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RedemptionIdBytes)) : "",
            Country = call.Parsed.GetValue(Country) ?? "",
        };
    }
}
