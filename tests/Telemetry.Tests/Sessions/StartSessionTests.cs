using System.Net;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Common.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

public sealed class StartSessionTests(SharedHost shared, PostgresFixture postgres) : IClassFixture<SharedHost>, IClassFixture<PostgresFixture>
{
    private readonly TelemetryHost _host = shared.Host;

    public static TheoryData<string, Action<StartSessionRequest>> BadFields => new()
    {
        { "content.title_id", request => request.Content = null },
        { "content.title_id", request => request.Content.TitleId = "" },
        { "content.title_id", request => request.Content.TitleId = "42" },
        { "content.episode_id", request => request.Content.EpisodeId = "42" },
        { "content.variant_id", request => request.Content.VariantId = "{0198c0de-7a5b-7c3d-8e9f-0123456789ab}" },
        { "client.device", request => request.Client = new() { Device = new string('a', 65) } },
        { "client.device", request => request.Client = new() { Device = "tv\0" } },
        { "client.device", request => request.Client = new() { Device = "tv\nweb" } },
        { "client.app_name", request => request.Client = new() { AppName = "\u202Eonik" } },
        { "client.app_name", request => request.Client = new() { AppName = new string('a', 65) } },
        { "client.app_version", request => request.Client = new() { AppVersion = new string('a', 65) } },
        { "client.network", request => request.Client = new() { Network = (NetworkType)9 } },
        { "client.country", request => request.Client = new() { Country = "de" } },
        { "client.country", request => request.Client = new() { Country = "DEU" } },
        { "client.country", request => request.Client = new() { Country = "UK" } },
        { "client_time", request => request.ClientTime = new Timestamp { Seconds = long.MaxValue } },
        { "client_time", request => request.ClientTime = new Timestamp { Seconds = -1 } },
        { "client_time", request => request.ClientTime = new Timestamp { Seconds = 7_258_118_400 } },
    };

    [Fact]
    public async Task StartSession_Viewer_IsReadBackAsItWasStarted()
    {
        var content = new PlaybackContent { TitleId = NewId(), EpisodeId = NewId(), VariantId = NewId() };
        var client = new PlaybackClient { Device = "tv", AppName = "Kino", AppVersion = "7.1", Network = NetworkType.Wifi };

        var started = await _host.StartSessionAsync(request => (request.Content, request.Client) = (content, client));

        Assert.Equal(7, Guid.Parse(started.SessionId).Version);
        Assert.Equal(15, started.HeartbeatIntervalSeconds);
        var expected = new PlaybackSession
        {
            Id = started.SessionId,
            Viewer = Identity.Viewer.Subject,
            Content = content,
            Client = client,
            State = SessionState.Initiated,
            StartTime = started.StartTime,
            LastEventTime = started.StartTime,
            Measures = new(),
        };
        Assert.Equal(expected, await _host.GetSessionAsync(started.SessionId));
    }

    [Theory]
    [InlineData(false, "DE", "NO", "NO")]
    [InlineData(false, "DE", "XX", "")]
    [InlineData(false, "DE", null, "")]
    [InlineData(true, "DE", "NO", "DE")]
    [InlineData(true, "T1", "NO", "")]
    public async Task StartSession_Country_IsStoredAsAProxyOrAServiceTellsIt(bool byService, string claimed, string? told, string stored)
    {
        var identity = byService ? Identity.Service : Identity.Viewer;
        (string, string)[] headers = told is null ? [] : [("cf-ipcountry", told)];
        var client = new PlaybackSessionService.PlaybackSessionServiceClient(_host.Invoker(identity, 0, headers));

        var started = await client.StartSessionAsync(new()
        {
            Content = new() { TitleId = NewId() },
            Client = new() { Country = claimed },
        });

        Assert.Equal(stored, (await _host.GetSessionAsync(started.SessionId)).Client.Country);
    }

    [Fact]
    public async Task StartSession_Client_IsStoredInCanonicalForm()
    {
        var client = new PlaybackClient { Device = " tv ", AppName = "Cine\u0301  Kino", AppVersion = string.Concat(Enumerable.Repeat("😀", 64)) };

        var started = await _host.StartSessionAsync(request => request.Client = client);

        (client.Device, client.AppName) = ("tv", "Ciné Kino");
        Assert.Equal(client, (await _host.GetSessionAsync(started.SessionId)).Client);
    }

    [Fact]
    public async Task StartSession_AnswerCarriesToken_IsNotCached()
    {
        using var call = _host.As(Identity.Viewer).StartSessionAsync(new() { Content = new() { TitleId = NewId() } });

        var headers = await call.ResponseHeadersAsync;

        Assert.Equal("no-store", headers.GetValue("cache-control"));
        Assert.Equal("no-cache", headers.GetValue("pragma"));
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task StartSession_BadField_NamesIt(string field, Action<StartSessionRequest> change) =>
        await RpcAssert.FailsOnFieldsAsync([field], () => _host.StartSessionAsync(change));

    [Fact]
    public async Task StartSession_SeveralBadFields_NamesAll() =>
        await RpcAssert.FailsOnFieldsAsync(
            ["content.title_id", "content.episode_id", "client.country"],
            () => _host.StartSessionAsync(request => (request.Content, request.Client) = (new() { EpisodeId = "x" }, new() { Country = "x" })));

    [Fact]
    public async Task StartSession_AnonymousWhenNotAllowed_IsUnauthenticated() =>
        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, async () =>
            await _host.As(null).StartSessionAsync(new() { Content = new() { TitleId = NewId() } }));

    [Fact]
    public async Task StartSession_AnonymousWhenAllowed_HasNoViewer()
    {
        await using var host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync(), ("Telemetry:AllowAnonymous", "true"));

        var started = await host.As(null).StartSessionAsync(new() { Content = new() { TitleId = NewId() } });

        Assert.Empty((await host.GetSessionAsync(started.SessionId)).Viewer);
    }

    [Fact]
    public async Task StartSession_AnyCaller_KeepsNoAddressAndHashesTheUserAgent()
    {
        var session = await _host.StartSessionAsync();
        var row = $"FROM playback_session s WHERE id = '{session.SessionId}'";

        byte[] address = [.. Convert.FromBase64String(TelemetryHost.IpSalt), .. IPAddress.Loopback.GetAddressBytes()];
        Assert.Equal(SHA256.HashData(address), await _host.ScalarAsync<byte[]>($"SELECT address_hash {row}"));
        Assert.Matches("^[0-9a-f]{64}$", await _host.ScalarAsync<string>($"SELECT user_agent {row}"));
        Assert.Equal(0L, await _host.ScalarAsync<long>($"SELECT count(*) {row} AND s::text LIKE '%127.0.0.1%'"));
    }

    [Theory]
    [InlineData("Keep", "SELECT count(*) FROM playback_session WHERE user_agent LIKE 'grpc-dotnet/%'")]
    [InlineData("Drop", "SELECT count(*) FROM playback_session WHERE user_agent IS NULL")]
    public async Task StartSession_UserAgentSetting_IsObeyed(string setting, string sql)
    {
        await using var host = await TelemetryHost.StartAsync(await postgres.CreateDatabaseAsync(), ("Telemetry:UserAgent", setting));

        await host.StartSessionAsync();

        Assert.Equal(1L, await host.ScalarAsync<long>(sql));
    }

    private static string NewId() => Guid.CreateVersion7().ToString();
}
