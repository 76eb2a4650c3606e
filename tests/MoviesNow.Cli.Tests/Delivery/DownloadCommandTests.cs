using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Tests.Delivery;

/// <summary>Where downloads end up, and under which name.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class DownloadCommandTests : IDisposable
{
    private readonly DeliveryHost _host;
    private readonly DownloadFolder _folder = new();

    public DownloadCommandTests(DeliveryHost host)
    {
        _host = host;
        _host.Gateway.Reset();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Download_Piped_SavesUnderTheNameOfTheServiceAndPrintsThePath()
    {
        var bundle = await _host.PublishedAsync();

        var (exitCode, output, errors) = await new CliProcess(_folder.Path, _host.Variables).RunAsync("download", bundle.Id);

        // Lines about the progress may be among the errors.
        Assert.Equal((0, $"{_folder.Target}\n"), (exitCode, output));
        Assert.DoesNotContain(output + errors, character => char.IsControl(character) && character is not '\n');
        Assert.Equal([DownloadFolder.Name], _folder.Files);
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
    }

    [Fact]
    public async Task Download_ToAFile_TellsItsDigestAsJson()
    {
        var bundle = await _host.PublishedAsync();
        var file = Path.Combine(_folder.Path, "mine.zip");

        var told = JsonDocument.Parse(await _host.Cli.OutputAsync("download", bundle.Key, "--output", file, "--json")).RootElement;

        Assert.Equal((file, $"{DeliveryHost.Size}", true), (told.GetProperty("file").GetString(), told.GetProperty("sizeBytes").GetString(), told.GetProperty("isVerified").GetBoolean()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bundle.Bytes)), told.GetProperty("sha256").GetString());
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Download_FileThatExists_IsKeptUnlessForced()
    {
        var bundle = await _host.PublishedAsync();
        await File.WriteAllTextAsync(_folder.Target, "mine");

        var ended = await _host.Cli.RunAsync("download", bundle.Id, "-o", _folder.Path);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("--force", ended.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.Target));
        Assert.Equal([DownloadFolder.Name], _folder.Files);

        await _host.Cli.OutputAsync("download", bundle.Id, "-o", _folder.Path, "--force");
        Assert.Equal(bundle.Bytes, await File.ReadAllBytesAsync(_folder.Target));
    }

    [Fact]
    public async Task Download_FileThatAppearsMeanwhile_IsKept()
    {
        var bundle = await _host.PublishedAsync();
        _host.Gateway.Before = async _ =>
        {
            await File.WriteAllTextAsync(_folder.Target, "mine");
            return false;
        };

        var ended = await _host.Cli.RunAsync("download", bundle.Id, "-o", _folder.Path);

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.Target));
    }

    [Fact]
    public async Task Download_WithALinkInPlaceOfThePart_WritesToNoOtherFile()
    {
        var bundle = await _host.PublishedAsync();
        var other = Path.Combine(_folder.Path, "other");
        await File.WriteAllTextAsync(other, "mine");
        File.CreateSymbolicLink(_folder.Part, other);

        var ended = await _host.Cli.RunAsync("download", bundle.Id, "-o", _folder.Path);

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(other));
    }

    [Theory]
    [InlineData("../../evil.zip", "evil.zip")]
    [InlineData("/tmp/\u001b[2Jevil.zip", "tmp--[2Jevil.zip")]
    [InlineData("..", "download")]
    public async Task Download_HostileName_StaysInTheDirectory(string given, string expected)
    {
        var bundle = await _host.PublishedAsync();
        var renaming = new RenamingLinks(new DownloadLinkService.DownloadLinkServiceClient(_host.Public), given);
        await using var service = await LoopbackServer.StartAsync(
            HttpProtocols.Http2,
            services =>
            {
                services.AddGrpc();
                services.AddSingleton(renaming);
            },
            app => app.MapGrpcService<RenamingLinks>());

        var output = await _host.With(service.Urls.Single()).OutputAsync("download", bundle.Id, "-o", _folder.Path);

        Assert.Equal(Path.Combine(_folder.Path, expected), output.TrimEnd('\n'));
        Assert.Equal([expected], _folder.Files);
    }

    [Fact]
    public async Task Download_WithoutADigest_SaysSo()
    {
        var bundle = await _host.PublishedAsync(withManifest: true);

        var ended = await _host.Cli.RunAsync("download", bundle.ManifestKey, "-o", _folder.Path);

        Assert.Equal((0, "The service states no SHA-256 for it: only its size was checked.\n"), (ended.ExitCode, ended.Errors));
        Assert.Equal("{}", await File.ReadAllTextAsync(ended.Output.TrimEnd('\n')));
    }

    [Theory]
    [InlineData("0192f0c1-0000-7000-8000-000000000000", "NotFound BUNDLE_NOT_FOUND")]
    [InlineData("hls/0192f0c1-0000-7000-8000-000000000000/1.ts", "PermissionDenied KEY_NOT_ALLOWED")]
    public async Task Download_Refused_TellsTheReasonAndLeavesNoFile(string reference, string expected)
    {
        var ended = await _host.Cli.RunAsync("download", reference, "-o", _folder.Path);

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith(expected, ended.Errors, StringComparison.Ordinal);
        Assert.Empty(_folder.Files);
    }

    /// <summary>The real service's links under another name.</summary>
    private sealed class RenamingLinks(DownloadLinkService.DownloadLinkServiceClient links, string fileName) : DownloadLinkService.DownloadLinkServiceBase
    {
        public override async Task<GetBundleUrlResponse> GetBundleUrl(GetBundleUrlRequest request, ServerCallContext context)
        {
            var answer = await links.GetBundleUrlAsync(request);
            answer.Link.FileName = fileName;
            return answer;
        }
    }
}
