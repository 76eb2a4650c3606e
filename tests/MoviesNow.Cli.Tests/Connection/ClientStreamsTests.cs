using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Connection;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Tests.Connection;

public sealed class ClientStreamsTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _app = await LoopbackServer.StartAsync(HttpProtocols.Http2, services => services.AddGrpc(), app => app.MapGrpcService<RefusingImports>());
        _channel = GrpcChannel.ForAddress(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task SendAsync_RefusedWhileNothingCanBeWritten_EndsTheWritingAndTellsTheRefusal()
    {
        var cancelled = false;
        using var call = new ImportService.ImportServiceClient(_channel).ImportCatalog();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.SendAsync(
            async (requests, token) =>
            {
                await requests.WriteAsync(new() { Header = new() }, token);
                await using var stop = token.Register(() => cancelled = true);
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            },
            CancellationToken.None));

        Assert.Equal(ErrorReasons.NameOf(ErrorReason.InvalidState), RpcErrors.InfoOf(error)?.Reason);
        Assert.True(cancelled);
    }

    [Fact]
    public async Task SendAsync_SourceFails_TellsThat()
    {
        using var call = new ImportService.ImportServiceClient(_channel).ImportCatalog();

        await Assert.ThrowsAsync<InvalidDataException>(() => call.SendAsync((_, _) => throw new InvalidDataException(), CancellationToken.None));
    }

    private sealed class RefusingImports : ImportService.ImportServiceBase
    {
        public override async Task<ImportCatalogResponse> ImportCatalog(IAsyncStreamReader<ImportCatalogRequest> requestStream, ServerCallContext context)
        {
            await requestStream.MoveNext();
            throw RpcErrors.Of(ErrorReason.InvalidState);
        }
    }
}
