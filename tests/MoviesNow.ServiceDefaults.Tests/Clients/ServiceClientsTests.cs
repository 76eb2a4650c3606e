using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Status = Grpc.Core.Status;

namespace MoviesNow.ServiceDefaults.Tests.Clients;

/// <summary>A service in front that calls one behind it, both real.</summary>
public sealed class ServiceClientsTests : IAsyncLifetime
{
    private readonly Script _behind = new();
    private TestHost _back = null!;
    private TestHost _front = null!;

    public async Task InitializeAsync()
    {
        _back = await TestHost.StartAsync(MapBehind, ScriptedServices.With(_behind));
        _front = await StartFrontAsync(("Services:catalog:grpc:0", _back.Grpc.ToString()));
    }

    public async Task DisposeAsync()
    {
        await _front.DisposeAsync();
        await _back.DisposeAsync();
    }

    [Fact]
    public async Task Call_ThroughDiscovery_CarriesTheServicesIdentityAndTheTrace()
    {
        const string traceId = "0af7651916cd43dd8448eb211c80319c";
        (string Subject, bool IsService, string? TraceId) seen = default;
        _behind.GetTitle = context =>
        {
            seen = (context.Subject(), context.IsService(), Activity.Current?.TraceId.ToHexString());
            return Task.FromResult(new GetTitleResponse { Title = new Title { Name = "found" } });
        };

        var answer = await _front.PostAsync(
            "/moviesnow.catalog.v1.SeasonService/GetSeason", null, ("traceparent", $"00-{traceId}-b7ad6b7169203331-01"), ("authorization", $"Bearer {Who.Viewer.Token()}"));

        Assert.Equal(StatusCode.OK, answer.Code);
        Assert.Equal("found", GetSeasonResponse.Parser.ParseFrom(answer.Message).Season.Name);
        Assert.Equal(("moviesnow.servicedefaults.tests", true, traceId), seen);
    }

    [Fact]
    public async Task Call_TwoClientsOfOneService_BothArriveWithTheServicesIdentity()
    {
        _behind.GetTitle = context => Task.FromResult(new GetTitleResponse { Title = new Title { Name = context.Subject() } });

        var title = await _front.Services.GetRequiredService<TitleService.TitleServiceClient>().GetTitleAsync(new GetTitleRequest());
        var season = await _front.Services.GetRequiredService<SeasonService.SeasonServiceClient>().GetSeasonAsync(new GetSeasonRequest());

        Assert.Equal("moviesnow.servicedefaults.tests", title.Title.Name);
        Assert.Equal("moviesnow.servicedefaults.tests", season.Season.Name);
    }

    [Fact]
    public async Task Call_ReplicaThatIsDown_IsRepeatedAtTheNext()
    {
        using var dead = new ClosedPort();
        await using var front = await StartFrontAsync(("Services:catalog:grpc:0", dead.Url), ("Services:catalog:grpc:1", _back.Grpc.ToString()));

        for (var i = 0; i < 4; i++)
        {
            await GetSeasonAsync(front);
        }
    }

    [Fact]
    public async Task Call_NameOfSeveralReplicas_TakesThemInTurnAndDoesWithoutThoseThatWent()
    {
        var (here, there) = (new Script(), new Script());
        var (callsHere, callsThere) = (0, 0);
        here.GetTitle = _ => Answer(ref callsHere);
        there.GetTitle = _ => Answer(ref callsThere);
        await using var first = await TestHost.StartAsync(ScriptedServices.Map, ScriptedServices.With(here));
        var second = await TestHost.StartAsync(ScriptedServices.Map, ScriptedServices.With(there));
        await using var front = await StartFrontAsync(
            builder => builder.Services.AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => [AddressOf(first), AddressOf(second)])),
            ("Services:catalog:grpc:0", "static:///catalog"));

        // Until the second connection is there, all go to the first.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (callsHere == 0 || callsThere == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await GetSeasonAsync(front);
        }

        (callsHere, callsThere) = (0, 0);
        for (var i = 0; i < 10; i++)
        {
            await GetSeasonAsync(front);
        }

        Assert.Equal((5, 5), (callsHere, callsThere));

        await second.DisposeAsync();
        for (var i = 0; i < 4; i++)
        {
            await GetSeasonAsync(front);
        }

        Assert.Equal((9, 5), (callsHere, callsThere));

        static Task<GetTitleResponse> Answer(ref int calls)
        {
            Interlocked.Increment(ref calls);
            return Task.FromResult(new GetTitleResponse { Title = new Title() });
        }

        static BalancerAddress AddressOf(TestHost host) => new(host.Grpc.Host, host.Grpc.Port);
    }

    [Fact]
    public async Task Call_NameInDns_IsLookedUp()
    {
        await using var front = await StartFrontAsync(("Services:catalog:grpc:0", $"dns:///localhost:{_back.Grpc.Port}"));

        var season = await front.Services.GetRequiredService<SeasonService.SeasonServiceClient>().GetSeasonAsync(new GetSeasonRequest());

        Assert.Equal("moviesnow.servicedefaults.tests", season.Season.Name);
    }

    [Fact]
    public async Task Call_NoReplicaUp_IsUnavailableAndRecovers()
    {
        var port = EmbeddedServers.FreePort.Next();
        await using var front = await StartFrontAsync(("Services:catalog:grpc:0", $"http://127.0.0.1:{port}"));

        var error = await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => GetSeasonAsync(front));
        Assert.NotNull(RpcErrors.DetailOf<RetryInfo>(error));
        Assert.Empty(front.Logs.Errors);

        await using var back = await TestHost.StartAsync(
            ScriptedServices.Map, ScriptedServices.With(_behind), ("Kestrel:Endpoints:extra:Url", $"http://127.0.0.1:{port}"), ("Kestrel:Endpoints:extra:Protocols", "Http2"));
        await GetSeasonAsync(front);
    }

    [Fact]
    public void Handler_OfAService_SendsTheTokenNowhereElse()
    {
        HttpMessageHandler? handler = _front.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(nameof(TitleService.TitleServiceClient));
        while (handler is DelegatingHandler { InnerHandler: var inner })
        {
            handler = inner;
        }

        var sockets = Assert.IsType<SocketsHttpHandler>(handler);
        Assert.False(sockets.UseProxy);
        Assert.False(sockets.AllowAutoRedirect);
    }

    [Theory]
    [InlineData(1, true, 2)]
    [InlineData(2, true, 3)]
    [InlineData(3, false, 3)]
    public async Task Call_Unavailable_IsTriedThreeTimes(int failures, bool succeeds, int expectedTries)
    {
        var tries = 0;
        _behind.GetTitle = _ => Interlocked.Increment(ref tries) <= failures
            ? throw RpcErrors.Of(ErrorReason.DependencyUnavailable)
            : Task.FromResult(new GetTitleResponse { Title = new Title() });

        if (succeeds)
        {
            await GetSeasonAsync(_front);
        }
        else
        {
            await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => GetSeasonAsync(_front));
        }

        Assert.Equal(expectedTries, tries);
    }

    public static TheoryData<RpcException, ErrorReason> Answers() => new()
    {
        { RpcErrors.Of(ErrorReason.TitleNotFound), ErrorReason.TitleNotFound },
        { RpcErrors.Of(ErrorReason.BundleExists), ErrorReason.BundleExists },
        { RpcErrors.Of(ErrorReason.NotASeries), ErrorReason.NotASeries },
        { RpcErrors.Of(ErrorReason.EtagMismatch), ErrorReason.EtagMismatch },
        { RpcErrors.Of(ErrorReason.Overloaded, TimeSpan.FromSeconds(1)), ErrorReason.Overloaded },
        { RpcErrors.InvalidFields([new() { Field = "title_id", Description = "is required" }]), ErrorReason.InvalidFields },
        { RpcErrors.Of(ErrorReason.Unauthenticated), ErrorReason.Internal },
        { RpcErrors.Of(ErrorReason.AdminRequired), ErrorReason.Internal },
        { RpcErrors.Of(ErrorReason.KeyNotAllowed), ErrorReason.Internal },
        { RpcErrors.Of(ErrorReason.Unimplemented), ErrorReason.Internal },
        { RpcErrors.Of(ErrorReason.Internal, null, ("correlation_id", "theirs")), ErrorReason.Internal },
        { RpcErrors.Of(ErrorReason.Cancelled), ErrorReason.DependencyUnavailable },
        { RpcErrors.Of(ErrorReason.DeadlineExceeded), ErrorReason.DependencyUnavailable },
        { new RpcException(new Status(StatusCode.NotFound, "without a reason"), []), ErrorReason.Internal },
    };

    [Theory]
    [MemberData(nameof(Answers), DisableDiscoveryEnumeration = true)]
    public async Task Call_AnswerOfTheServiceBehind_IsPassedOnlyWhereItIsAboutTheRequest(RpcException answer, ErrorReason expected)
    {
        answer.Trailers.Add("x-private", "theirs");
        _behind.GetTitle = _ => throw answer;

        var error = await RpcAssert.FailsAsync(expected, () => GetSeasonAsync(_front));

        Assert.Equal(ErrorReasons.MessageOf(expected), error.Status.Detail);
        Assert.DoesNotContain("theirs", $"{string.Join(' ', error.Trailers)} {RpcErrors.InfoOf(error)}", StringComparison.Ordinal);
        Assert.Equal(
            expected is ErrorReason.InvalidFields ? ["title_id"] : [],
            RpcErrors.DetailOf<BadRequest>(error)?.FieldViolations.Select(violation => violation.Field) ?? []);
        Assert.Equal(expected is ErrorReason.Internal, _front.Logs.Text.Contains("/moviesnow.catalog.v1.TitleService/GetTitle answered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_CallerGivesUp_EndsTheCallBehind()
    {
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _behind.GetTitle = async context =>
        {
            context.CancellationToken.Register(ended.SetResult);
            started.SetResult();
            await ended.Task;
            return new GetTitleResponse();
        };
        using var giveUp = new CancellationTokenSource();
        var call = Client(_front).GetSeasonAsync(new GetSeasonRequest(), cancellationToken: giveUp.Token).ResponseAsync;

        await started.Task;
        await giveUp.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await _front.StopAsync();
        Assert.Empty(_front.Logs.Errors);
        Assert.DoesNotContain(_front.Spans.All, span => span.GetTagItem("grpc.status_code") is "14");
    }

    [Fact]
    public async Task Call_NeitherKeyNorTokenFile_IsADefectThatTellsTheCallerNothing()
    {
        await using var front = await StartFrontAsync(("Services:catalog:grpc:0", _back.Grpc.ToString()), ("Auth:Authority", "http://127.0.0.1:1"));

        var error = await RpcAssert.FailsAsync(ErrorReason.Internal, () => GetSeasonAsync(front));

        Assert.DoesNotContain("ServiceTokenFile", error.ToString(), StringComparison.Ordinal);
    }

    private static Task<TestHost> StartFrontAsync(params (string, string?)[] settings) => StartFrontAsync(_ => { }, settings);

    private static Task<TestHost> StartFrontAsync(Action<WebApplicationBuilder> configure, params (string, string?)[] settings) => TestHost.StartAsync(
        app => app.MapGrpcService<Front>(),
        builder =>
        {
            configure(builder);
            builder.Services.AddServiceClient<TitleService.TitleServiceClient>("catalog");
            builder.Services.AddServiceClient<SeasonService.SeasonServiceClient>("catalog");
        },
        settings);

    private static void MapBehind(WebApplication app)
    {
        ScriptedServices.Map(app);
        app.MapGrpcService<Seasons>();
    }

    private static SeasonService.SeasonServiceClient Client(TestHost front) => new(front.As(null));

    private static Task<GetSeasonResponse> GetSeasonAsync(TestHost front) => Client(front).GetSeasonAsync(new GetSeasonRequest()).ResponseAsync;

    private sealed class Seasons : SeasonService.SeasonServiceBase
    {
        public override Task<GetSeasonResponse> GetSeason(GetSeasonRequest request, ServerCallContext context) =>
            Task.FromResult(new GetSeasonResponse { Season = new Season { Name = context.Subject() } });
    }

    private sealed class Front(TitleService.TitleServiceClient titles, TimeProvider time) : SeasonService.SeasonServiceBase
    {
        public override async Task<GetSeasonResponse> GetSeason(GetSeasonRequest request, ServerCallContext context)
        {
            var found = await titles.GetTitleAsync(new GetTitleRequest(), context.Outbound(time));
            return new GetSeasonResponse { Season = new Season { Name = found.Title.Name } };
        }
    }
}
