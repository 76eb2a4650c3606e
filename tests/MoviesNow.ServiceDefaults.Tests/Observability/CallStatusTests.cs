using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Observability;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.ServiceDefaults.Tests.Observability;

/// <summary>What alerts are made of: the duration of requests, by method and status.</summary>
public sealed class CallStatusTests : IAsyncLifetime
{
    private const string GetTitle = "/moviesnow.catalog.v1.TitleService/GetTitle";

    private readonly Script _script = new();
    private readonly TelemetryCapture _telemetry = new();
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(ScriptedServices.Map, builder =>
    {
        ScriptedServices.With(_script)(builder);
        _telemetry.AddTo(builder);
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public static TheoryData<ErrorReason, string> Failures() => new()
    {
        { ErrorReason.TitleNotFound, "NOT_FOUND" },
        { ErrorReason.DependencyUnavailable, "UNAVAILABLE" },
        { ErrorReason.RateLimited, "RESOURCE_EXHAUSTED" },
        { ErrorReason.Internal, "INTERNAL" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Duration_CallThatFails_HasItsStatus(ErrorReason reason, string expected)
    {
        _script.GetTitle = _ => throw RpcErrors.Of(reason);

        await _host.PostAsync(GetTitle, null, ("authorization", $"Bearer {Who.Viewer.Token()}"));
        await _host.StopAsync();

        Assert.Contains(expected, StatusesOf(GetTitle), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Duration_CallsOfEachKindThatSucceed_AreOk()
    {
        var admin = _host.As(Who.Admin);

        await new TitleService.TitleServiceClient(admin).GetTitleAsync(new GetTitleRequest());
        using var streaming = new PlaybackSessionService.PlaybackSessionServiceClient(_host.As(Who.Service)).StreamEvents();
        await streaming.RequestStream.CompleteAsync();
        await streaming.ResponseAsync;
        using var watching = new QoeService.QoeServiceClient(admin).WatchLive(new WatchLiveRequest());
        Assert.False(await watching.ResponseStream.MoveNext(CancellationToken.None));
        await _host.StopAsync();

        Assert.Contains("OK", StatusesOf(GetTitle), StringComparer.Ordinal);
        Assert.Contains("OK", StatusesOf("/moviesnow.telemetry.v1.PlaybackSessionService/StreamEvents"), StringComparer.Ordinal);
        Assert.Contains("OK", StatusesOf("/moviesnow.telemetry.v1.QoeService/WatchLive"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Duration_CallWithoutIdentity_IsUnauthenticated()
    {
        await _host.PostAsync("/moviesnow.catalog.v1.TitleService/CreateTitle");
        await _host.StopAsync();

        Assert.Contains("UNAUTHENTICATED", StatusesOf("/moviesnow.catalog.v1.TitleService/CreateTitle"), StringComparer.Ordinal);
    }

    /// <summary>Statuses that were counted in this process, where other tests make calls as well.</summary>
    private IEnumerable<string> StatusesOf(string route) =>
        from line in _telemetry.Collect().Split('\n')
        where line.StartsWith("metric Microsoft.AspNetCore.Hosting http.server.request.duration ", StringComparison.Ordinal)
        let attributes = line.Split(' ', '[', ']', ',').Where(word => word.Length > 0).ToList()
        where attributes.Contains(route, StringComparer.Ordinal)
        select attributes[attributes.IndexOf(CallStatus.Attribute) + 1];
}
