using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tests.Catalog;
using MoviesNow.ServiceDefaults.Idempotency;

namespace MoviesNow.Cli.Tests;

/// <summary>With which keys the command line makes its calls.</summary>
public sealed class IdempotencyTests : IAsyncLifetime
{
    private readonly Calls _calls = new();
    private WebApplication _app = null!;

    private CommandRun Cli => new(new Uri(_app.Urls.Single()));

    public async Task InitializeAsync() => _app = await LoopbackServer.StartAsync(
        HttpProtocols.Http2, services => services.AddSingleton(_calls).AddGrpc(), app => app.MapGrpcService<Titles>());

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Call_SentAgainForItsAnswerWasLost_HasTheSameKey()
    {
        _calls.Lost = 1;

        await Cli.OutputAsync("title", "archive", "T");

        Assert.Equal(2, _calls.Keys.Count);
        Assert.NotEmpty(Assert.Single(_calls.Keys.Distinct(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Call_OfAnotherCommand_HasAnotherKey()
    {
        await Cli.OutputAsync("title", "archive", "T");
        await Cli.OutputAsync("title", "archive", "T");

        Assert.Equal(2, _calls.Keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Call_WithAGivenKey_HasIt()
    {
        await Cli.OutputAsync("title", "archive", "T", "--idempotency-key", "mine");

        Assert.Equal("mine", Assert.Single(_calls.Keys));
    }

    private sealed class Calls
    {
        public int Lost { get; set; }

        public List<string> Keys { get; } = [];
    }

    private sealed class Titles(Calls calls) : TitleService.TitleServiceBase
    {
        public override Task<ArchiveTitleResponse> ArchiveTitle(ArchiveTitleRequest request, ServerCallContext context)
        {
            calls.Keys.Add(context.RequestHeaders.Single(header => header.Key == IdempotencyKey.Header).Value);
            return calls.Lost-- > 0
                ? throw new RpcException(new Status(StatusCode.Unavailable, ""))
                : Task.FromResult(new ArchiveTitleResponse { Title = new Title { Id = request.TitleId } });
        }
    }
}
