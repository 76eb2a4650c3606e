using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

/// <summary>Whose word on the country of a caller counts.</summary>
public sealed class CallerCountryTests
{
    private static readonly (string, string?)[] Trusting =
        [("Proxies:TrustedNetworks:0", "127.0.0.0/8"), ("Proxies:CountryHeaders:0", "CloudFront-Viewer-Country"), ("Proxies:CountryHeaders:1", "CF-IPCountry")];

    [Theory]
    [InlineData("NO", "NO")]
    [InlineData("no", "NO")]
    [InlineData(" NO ", "NO")]
    [InlineData("", "")]
    [InlineData("XX", "")]
    [InlineData("ZZ", "")]
    [InlineData("T1", "")]
    [InlineData("A1", "")]
    [InlineData("A2", "")]
    [InlineData("EU", "")]
    [InlineData("AP", "")]
    [InlineData("XK", "")]
    [InlineData("UK", "")]
    [InlineData("NOR", "")]
    [InlineData("NO, SE", "")]
    [InlineData("<script>", "")]
    public void In_OneHeader_IsTheAssignedCodeOrUnknown(string told, string expected) =>
        Assert.Equal(expected, CallerCountry.In(new HeaderDictionary { ["cf-ipcountry"] = told }, ["CF-IPCountry"]));

    [Fact]
    public void In_SeveralValues_CountWhenTheyAgree()
    {
        string[] names = ["CloudFront-Viewer-Country", "CF-IPCountry"];

        Assert.Equal("NO", CallerCountry.In(new HeaderDictionary { ["CF-IPCountry"] = "NO" }, names));
        Assert.Equal("NO", CallerCountry.In(new HeaderDictionary { ["CF-IPCountry"] = "NO", ["CloudFront-Viewer-Country"] = "no" }, names));
        Assert.Equal("", CallerCountry.In(new HeaderDictionary { ["CF-IPCountry"] = "NO", ["CloudFront-Viewer-Country"] = "SE" }, names));
        Assert.Equal("", CallerCountry.In(new HeaderDictionary { ["CF-IPCountry"] = new StringValues(["NO", "SE"]) }, names));
        Assert.Equal("", CallerCountry.In(new HeaderDictionary { ["X-Country"] = "NO" }, names));
    }

    [Fact]
    public async Task Of_BehindATrustedProxy_IsWhatTheProxyTells()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGrpcService<Echo>(), null, Trusting);

        Assert.Equal("NO", await AskAsync(host, null, claimed: "SE", header: "NO"));
        Assert.Equal("NO", await AskAsync(host, Who.Viewer, claimed: "SE", header: "NO"));
        Assert.Equal("", await AskAsync(host, null, claimed: "SE", header: null));
        Assert.Equal("", await AskAsync(host, Who.Viewer, claimed: "SE", header: "T1"));

        // The client's own address is in the chain; the connection is still the proxy's.
        Assert.Equal("NO", await AskAsync(host, null, claimed: "", header: "NO", ("x-forwarded-for", "203.0.113.1")));
    }

    [Fact]
    public async Task Of_ServiceOrAdmin_IsWhatItStates()
    {
        await using var host = await TestHost.StartAsync(app => app.MapGrpcService<Echo>(), null, Trusting);

        Assert.Equal("SE", await AskAsync(host, Who.Service, claimed: "SE", header: "NO"));
        Assert.Equal("", await AskAsync(host, Who.Service, claimed: "", header: "NO"));
        Assert.Equal("", await AskAsync(host, Who.Service, claimed: "XX", header: "NO"));
        Assert.Equal("SE", await AskAsync(host, Who.Admin, claimed: "SE", header: "NO"));
        Assert.Equal("NO", await AskAsync(host, Who.Admin, claimed: "", header: "NO"));
        Assert.Equal("NO", await AskAsync(host, Who.AdminWithoutMfa, claimed: "SE", header: "NO"));
    }

    [Theory]
    [InlineData(null, "CF-IPCountry")]
    [InlineData("10.0.0.0/8", "CF-IPCountry")]
    [InlineData("127.0.0.0/8", "X-Country")]
    public async Task Of_HeaderOfAnotherNetworkOrName_IsUnknown(string? network, string name)
    {
        (string, string?)[] settings = network is null ? [] : [("Proxies:TrustedNetworks:0", network), ("Proxies:CountryHeaders:0", name)];
        await using var host = await TestHost.StartAsync(app => app.MapGrpcService<Echo>(), null, settings);

        Assert.Equal("", await AskAsync(host, null, claimed: "SE", header: "NO"));

        // A client that says it came through a trusted proxy is believed no more.
        Assert.Equal("", await AskAsync(host, null, claimed: "SE", header: "NO", ("x-forwarded-for", "10.0.0.1")));
    }

    [Theory]
    [InlineData("XX", true)]
    [InlineData("T1", true)]
    [InlineData("", true)]
    [InlineData("NO", true)]
    [InlineData("no", false)]
    [InlineData("UK", false)]
    [InlineData("NOR", false)]
    public void Check_StatedCountry_IsAssignedOrMeansUnknown(string code, bool accepted)
    {
        var check = new RequestCheck();

        CallerCountry.Check(check, "country", code);

        Assert.Equal(accepted, check.Violations.Count == 0);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "Country: NO", "Proxies:CountryHeaders:0 must be the name of a header")]
    [InlineData("127.0.0.0/8", "", "Proxies:CountryHeaders:0 must be the name of a header")]
    [InlineData(null, "CF-IPCountry", "Proxies:CountryHeaders needs Proxies:TrustedNetworks")]
    public async Task Start_WrongSettings_NamesThem(string? network, string header, string message)
    {
        var settings = new List<(string, string?)> { ("Proxies:CountryHeaders:0", header) };
        if (network is not null)
        {
            settings.Add(("Proxies:TrustedNetworks:0", network));
        }

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(app => app.MapGrpcService<Echo>(), null, [.. settings]));

        Assert.StartsWith(message, Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(TestHost host, Who? who, string claimed, string? header, params (string Name, string Value)[] more)
    {
        var headers = new Metadata();
        if (header is not null)
        {
            headers.Add("cf-ipcountry", header);
        }

        foreach (var (name, value) in more)
        {
            headers.Add(name, value);
        }

        var request = new GetDownloadUrlRequest { Options = new DownloadOptions { Country = claimed } };
        return (await new DownloadLinkService.DownloadLinkServiceClient(host.As(who)).GetDownloadUrlAsync(request, headers)).Link.FileName;
    }

    private sealed class Echo : DownloadLinkService.DownloadLinkServiceBase
    {
        public override Task<GetDownloadUrlResponse> GetDownloadUrl(GetDownloadUrlRequest request, ServerCallContext context) =>
            Task.FromResult(new GetDownloadUrlResponse { Link = new DownloadLink { FileName = CallerCountry.Of(context, request.Options.Country) } });
    }
}
