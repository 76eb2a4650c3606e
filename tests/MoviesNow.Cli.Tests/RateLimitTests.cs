using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Connection;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Tests;

/// <summary>What the command line does when a service refuses a call for its rate.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly Refusals _refusals = new();
    private readonly StringWriter _errors = new();
    private WebApplication _app = null!;
    private ServiceConnections _connections = null!;

    public async Task InitializeAsync()
    {
        _app = await LoopbackServer.StartAsync(
            HttpProtocols.Http2, services => services.AddSingleton(_refusals).AddGrpc(), app => app.MapGrpcService<Titles>());
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("services:catalog:grpc:0", (string?)_app.Urls.Single())])
            .Build();
        _connections = new ServiceConnections(configuration, _errors);
    }

    public async Task DisposeAsync()
    {
        _connections.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Call_RefusedForItsRate_WaitsAndGoesOn()
    {
        _refusals.Next = new Queue<RpcException>(
            [RpcErrors.Of(ErrorReason.RateLimited, TimeSpan.FromMilliseconds(20)), RpcErrors.Of(ErrorReason.RateLimited, TimeSpan.FromSeconds(1.1))]);

        var answer = await CallAsync();

        Assert.Equal("third", answer.Title.Name);
        Assert.Equal("GetTitle is over the limit of its rate; going on in 2 s.", Assert.Single(_errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)).Trim());
    }

    [Fact]
    public async Task Call_RefusedForLongerThanTheLimit_Fails()
    {
        _refusals.Next = new Queue<RpcException>([RpcErrors.Of(ErrorReason.RateLimited, TimeSpan.FromHours(1))]);

        var failure = await Assert.ThrowsAsync<RpcException>(CallAsync);

        Assert.Equal("RATE_LIMITED", RpcErrors.InfoOf(failure)!.Reason);
        Assert.Empty(_errors.ToString());
    }

    [Theory]
    [InlineData(ErrorReason.RateLimited, false)]
    [InlineData(ErrorReason.ConflictRetry, true)]
    public async Task Call_FailedOtherwise_IsNotMadeAgain(ErrorReason reason, bool saysWhen)
    {
        _refusals.Next = new Queue<RpcException>([RpcErrors.Of(reason, saysWhen ? TimeSpan.FromMilliseconds(1) : null)]);

        await Assert.ThrowsAsync<RpcException>(CallAsync);

        Assert.Equal(1, _refusals.Calls);
    }

    private async Task<GetTitleResponse> CallAsync() =>
        await new TitleService.TitleServiceClient(_connections.Connect("catalog", identity: null)).GetTitleAsync(new GetTitleRequest());

    private sealed class Refusals
    {
        public Queue<RpcException> Next { get; set; } = [];

        public int Calls { get; set; }
    }

    private sealed class Titles(Refusals refusals) : TitleService.TitleServiceBase
    {
        public override Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context)
        {
            refusals.Calls++;
            return refusals.Next.TryDequeue(out var refusal)
                ? throw refusal
                : Task.FromResult(new GetTitleResponse { Title = new Title { Name = refusals.Calls == 3 ? "third" : "" } });
        }
    }
}
