using System.Net;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Tests.Delivery;

[Collection(DeliveryTestGroup.Name)]
public sealed class LinkCommandTests : IDisposable
{
    private readonly DeliveryHost _host;
    private readonly DownloadFolder _folder = new();

    public LinkCommandTests(DeliveryHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Link_Piped_PrintsTheUrlAndNothingElse()
    {
        var bundle = await _host.PublishedAsync();

        var (exitCode, output, errors) = await new CliProcess(_folder.Path, _host.Variables).RunAsync("link", bundle.Id);

        Assert.Equal((0, ""), (exitCode, errors));
        using var http = new HttpClient();
        Assert.Equal(bundle.Bytes, await http.GetByteArrayAsync(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Theory]
    [InlineData(false, "5", 60)]
    [InlineData(false, "120", 120)]
    [InlineData(true, "100000", 3_600)]
    public async Task Link_WithATtl_TellsWhatWasGranted(bool byKey, string asked, int granted)
    {
        var bundle = await _host.PublishedAsync();

        var link = await _host.Cli.OneAsync<DownloadLink>("link", byKey ? bundle.Key : bundle.Id, "--ttl", asked);

        Assert.Equal((granted, DeliveryHost.Size, DownloadFolder.Name), (link.TtlSeconds, link.SizeBytes, link.FileName));
        Assert.InRange(link.ExpireTime.ToDateTimeOffset(), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddSeconds(granted));
    }

    [Fact]
    public async Task Link_ByKeyInProcess_IsTheUrl()
    {
        var bundle = await _host.PublishedAsync();

        var output = await _host.Cli.OutputAsync("link", bundle.Key, "--public");

        using var http = new HttpClient();
        using var answer = await http.GetAsync(output.Trim(), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, (long?)DeliveryHost.Size), (answer.StatusCode, answer.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("0192f0c1-0000-7000-8000-000000000000", "NotFound BUNDLE_NOT_FOUND")]
    [InlineData("originals/0192f0c1-0000-7000-8000-000000000000/film.mov", "PermissionDenied KEY_NOT_ALLOWED")]
    [InlineData("no-bundle", "PermissionDenied KEY_NOT_ALLOWED")]
    public async Task Link_Refused_TellsTheReason(string reference, string expected)
    {
        var ended = await _host.Cli.RunAsync("link", reference);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith(expected, ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("link", "x", "--ttl", "-1")]
    [InlineData("download")]
    [InlineData("token", "mint")]
    [InlineData("token", "revoke")]
    public async Task Command_WrongArguments_IsNotRun(params string[] arguments) => Assert.Equal(2, (await _host.Cli.RunAsync(arguments)).ExitCode);
}
