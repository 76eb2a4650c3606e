using Microsoft.Extensions.Options;
using MoviesNow.Telemetry;
using MoviesNow.Telemetry.Sessions;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

public sealed class SessionTokensTests
{
    private static readonly SessionTokens Tokens = WithKey(TelemetryHost.SessionTokenKey);

    [Fact]
    public void IsValid_TokenOfTheSession_OnAnotherReplica_IsTrue()
    {
        var id = Guid.CreateVersion7();

        Assert.True(WithKey(TelemetryHost.SessionTokenKey).IsValid(id, Tokens.Issue(id)));
    }

    [Fact]
    public void IsValid_AnythingElse_IsFalse()
    {
        var id = Guid.CreateVersion7();
        var token = Tokens.Issue(id);

        Assert.Equal(43, token.Length);
        Assert.False(Tokens.IsValid(id, ""));
        Assert.False(Tokens.IsValid(id, token[..^1]));
        Assert.False(Tokens.IsValid(id, token + "="));
        Assert.False(Tokens.IsValid(id, token + "A"));
        Assert.False(Tokens.IsValid(id, (token[0] == 'A' ? "B" : "A") + token[1..]));
        Assert.False(Tokens.IsValid(Guid.CreateVersion7(), token));
        Assert.False(WithKey(Convert.ToBase64String(new byte[32])).IsValid(id, token));
    }

    [Fact]
    public void FirstAt_AnyMoment_DividesIdsByTime()
    {
        var moment = Samples.Noon;

        Assert.True(SessionIds.FirstAt(moment) <= Guid.CreateVersion7(moment));
        Assert.True(SessionIds.FirstAt(moment) > Guid.CreateVersion7(moment.AddMilliseconds(-1)));
        Assert.True(SessionIds.FirstAt(moment.AddTicks(1)) > Guid.CreateVersion7(moment));
        Assert.Equal(Guid.Empty, SessionIds.FirstAt(DateTimeOffset.MinValue));
    }

    private static SessionTokens WithKey(string key) => new(Options.Create(new TelemetryOptions { SessionTokenKey = key }));
}
