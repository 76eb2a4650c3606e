using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Tests.Harness;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

/// <summary>A replica whose only mutation does what a test says, and counts its runs.</summary>
internal sealed class IdempotentHost : IAsyncDisposable
{
    private readonly TestHost _host;
    private readonly Effects _effects;

    private IdempotentHost(TestHost host, Effects effects) => (_host, _effects) = (host, effects);

    /// <summary>How often the mutation ran to its end, and with which effect.</summary>
    public ConcurrentQueue<Guid?> Ran => _effects.Ran;

    public LogCapture Logs => _host.Logs;

    /// <summary>What the log says of calls without records.</summary>
    public IEnumerable<string> Complaints => Logs.Text.Split('\n').Where(line => line.Contains(typeof(IdempotencyStore).FullName!, StringComparison.Ordinal));

    /// <summary>Starts a replica that is connected to Redis.</summary>
    public static async Task<IdempotentHost> StartAsync(
        string redis, Func<CreateTitleRequest, ServerCallContext, Task<CreateTitleResponse>>? create = null, TimeProvider? time = null,
        params (string Key, string? Value)[] settings)
    {
        var host = await StartAsync(
            builder =>
            {
                builder.AddRedis("redis", isVital: false);
                builder.Services.AddSingleton(time ?? TimeProvider.System);
            },
            create,
            [("ConnectionStrings:redis", redis), .. settings]);
        await host._host.ConnectRedisAsync();
        return host;
    }

    /// <summary>Starts a replica whose Redis, if any, the caller adds.</summary>
    public static async Task<IdempotentHost> StartAsync(
        Action<WebApplicationBuilder> configure, Func<CreateTitleRequest, ServerCallContext, Task<CreateTitleResponse>>? create = null,
        params (string Key, string? Value)[] settings)
    {
        var effects = new Effects(create ?? ((request, _) => Task.FromResult(TitleOf(request))));
        var host = await TestHost.StartAsync(
            app =>
            {
                app.MapGrpcService<Titles>();
            },
            builder =>
            {
                builder.Services.AddSingleton(effects);
                configure(builder);
            },
            [("Idempotency:RedisTimeout", LeaseTime.RedisTimeout.ToString()), .. settings]);
        return new IdempotentHost(host, effects);
    }

    /// <summary>An answer that no second run would give.</summary>
    public static CreateTitleResponse TitleOf(CreateTitleRequest request) =>
        new() { Title = new Title { Id = Guid.NewGuid().ToString(), Name = request.Name, Synopsis = request.Synopsis } };

    /// <summary>Calls the mutation.</summary>
    public async Task<Outcome> CreateAsync(
        string? key, string name = "Fjord", Who? identity = null, CancellationToken cancellationToken = default)
    {
        var client = new TitleService.TitleServiceClient(_host.As(identity ?? Who.Admin));
        var headers = new Metadata();
        if (key is not null)
        {
            headers.Add(IdempotencyKey.Header, key);
        }

        using var call = client.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Movie, Name = name }, headers, cancellationToken: cancellationToken);
        try
        {
            var answer = await call;
            return new Outcome("OK", answer, (await call.ResponseHeadersAsync).GetValue(IdempotencyStatus.Header), Error: null);
        }
        catch (RpcException exception)
        {
            return new Outcome(RpcErrors.InfoOf(exception)?.Reason ?? exception.StatusCode.ToString(), Answer: null, Status: null, exception);
        }
    }

    /// <summary>Calls the mutation as an error tells to: again after the time that it names.</summary>
    public async Task<Outcome> CreateUntilAnsweredAsync(string key)
    {
        while (true)
        {
            var outcome = await CreateAsync(key);
            if (outcome.Error is null || RpcErrors.DetailOf<RetryInfo>(outcome.Error) is not { } retry)
            {
                return outcome;
            }

            await Task.Delay(retry.RetryDelay.ToTimeSpan());
        }
    }

    public Task<GetTitleResponse> GetAsync(string key) =>
        new TitleService.TitleServiceClient(_host.As(Who.Admin)).GetTitleAsync(new GetTitleRequest(), new Metadata { { IdempotencyKey.Header, key } }).ResponseAsync;

    public Task<UpdateTitleResponse> UpdateAsync(string key) =>
        new TitleService.TitleServiceClient(_host.As(Who.Admin)).UpdateTitleAsync(new UpdateTitleRequest(), new Metadata { { IdempotencyKey.Header, key } }).ResponseAsync;

    /// <summary>Calls the mutation and leaves it to the replica to keep the deadline.</summary>
    public Task<RawAnswer> CreateWithinAsync(string timeout, string key) => _host.PostAsync(
        "/moviesnow.catalog.v1.TitleService/CreateTitle",
        new CreateTitleRequest { Kind = TitleKind.Movie, Name = "Fjord" }.ToByteArray(),
        ("authorization", $"Bearer {Who.Admin.Token()}"),
        (IdempotencyKey.Header, key),
        ("grpc-timeout", timeout));

    public OutcomeCounts Counts() => new(_host.Services);

    /// <summary>Ends when the calls under way have ended.</summary>
    public Task StopAsync() => _host.StopAsync();

    public IDatabase Redis => _host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>What the caller saw.</summary>
    /// <param name="Reason"><c>OK</c>, or the reason of the error.</param>
    /// <param name="Answer">The answer.</param>
    /// <param name="Status">What the metadata said.</param>
    /// <param name="Error">The error.</param>
    internal sealed record Outcome(string Reason, CreateTitleResponse? Answer, string? Status, RpcException? Error);

    private sealed record Effects(Func<CreateTitleRequest, ServerCallContext, Task<CreateTitleResponse>> Create)
    {
        public ConcurrentQueue<Guid?> Ran { get; } = new();
    }

    private sealed class Titles(Effects effects) : TitleService.TitleServiceBase
    {
        public override async Task<CreateTitleResponse> CreateTitle(CreateTitleRequest request, ServerCallContext context)
        {
            var answer = await effects.Create(request, context);
            effects.Ran.Enqueue(context.EffectId());
            return answer;
        }

        public override Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context)
        {
            effects.Ran.Enqueue(context.EffectId());
            return Task.FromResult(new GetTitleResponse());
        }

        public override Task<UpdateTitleResponse> UpdateTitle(UpdateTitleRequest request, ServerCallContext context)
        {
            effects.Ran.Enqueue(context.EffectId());
            return Task.FromResult(new UpdateTitleResponse());
        }
    }
}
