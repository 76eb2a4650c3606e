using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Transfer;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Tests;

/// <summary>What a user reads when a service or the storage refuses.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Demo_ServiceRefuses_PrintsEverythingThatItSaysAndFails()
    {
        await using var server = await LoopbackServer.StartAsync(HttpProtocols.Http2, services => services.AddGrpc(), app => app.MapGrpcService<RefusingTitles>());
        Directory.CreateDirectory(Path.Combine(_directory.FullName, ".moviesnow"));
        var addresses = new[] { "catalog", "upload", "delivery", "telemetry" }.ToDictionary(name => name, _ => new { grpc = new[] { server.Urls.Single() } });
        await File.WriteAllTextAsync(
            Path.Combine(_directory.FullName, ".moviesnow", "environment.json"),
            JsonSerializer.Serialize(new { Auth = new { LocalSigningKey = "bW92aWVzbm93LXRlc3RzLXNpZ25pbmcta2V5LTAwMDE=" }, services = addresses }));

        var (exitCode, _, errors) = await new CliProcess(_directory.FullName).RunAsync("demo");

        Assert.Equal(1, exitCode);
        Assert.Equal(
            """
            FailedPrecondition ZIP_UNREADABLE: The object is not a readable ZIP file: the entry "a [very] long name" has a path that leaves its folder, and this sentence is longer than a line of a terminal.
              rule: PATH_ESCAPES
              entry: a [very] long name
            Try again in 3 s.
            """,
            errors.TrimEnd());
    }

    [Theory]
    [InlineData(403, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>no</Message><Resource>/hidden/key</Resource></Error>", "403 AccessDenied")]
    [InlineData(400, "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>", "400 XAmzContentSHA256Mismatch")]
    [InlineData(503, "", "503 ServiceUnavailable")]
    [InlineData(502, "<html>Bad gateway <Code>\u001b[2J</Code></html>", "502 BadGateway")]
    public async Task Transfer_StorageRefuses_SaysStatusAndCodeAndNoMore(int status, string document, string expected)
    {
        await using var server = await LoopbackServer.StartAsync(HttpProtocols.Http1, _ => { }, app => app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(document);
        }));
        var file = Path.Combine(_directory.FullName, "file");
        await File.WriteAllTextAsync(file, "bytes");
        using var http = new HttpClient();
        var transfer = new ObjectTransfer(http);

        var put = await Assert.ThrowsAnyAsync<CommandException>(
            () => transfer.PutAsync(new PresignedRequest { Method = "PUT", Url = server.Urls.Single() }, file, 0, 5, _ => { }, CancellationToken.None));
        var get = await Assert.ThrowsAnyAsync<CommandException>(() => transfer.GetAsync(server.Urls.Single(), $"{file}.got", _ => { }, CancellationToken.None));

        Assert.Equal(($"The storage refused the upload: {expected}.", $"The storage refused the download: {expected}."), (put.Message, get.Message));
    }

    private sealed class RefusingTitles : TitleService.TitleServiceBase
    {
        public override Task<CreateTitleResponse> CreateTitle(CreateTitleRequest request, ServerCallContext context) => throw RpcErrors.Of(
            ErrorReason.ZipUnreadable,
            TimeSpan.FromSeconds(3),
            ("rule", "PATH_ESCAPES"),
            (RpcErrors.Detail, "the entry \"a [very] long name\" has a path that leaves its folder, and this sentence is longer than a line of a terminal"),
            ("entry", "a [very] long name"));
    }
}
