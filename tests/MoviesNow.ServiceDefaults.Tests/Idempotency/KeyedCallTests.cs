using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

public sealed class KeyedCallTests
{
    private const string StartSession = "/moviesnow.telemetry.v1.PlaybackSessionService/StartSession";

    private static readonly KeyedCall Call = Of(CallerKind.Subject, "a", "/m", "k", "n");

    [Fact]
    public void Of_SameCall_IsTheSameRecordRequestAndEffect()
    {
        var again = Of(CallerKind.Subject, "a", "/m", "k", "n");

        Assert.Equal((Call.RecordName, Call.EffectId), (again.RecordName, again.EffectId));
        Assert.Equal(Call.Fingerprint, again.Fingerprint);
        Assert.Equal(Call.SealingKey, again.SealingKey);
        // 256 bits in base64: the other half of the hash is not told.
        Assert.Equal(43, Call.RecordName.Length);
    }

    [Theory]
    [InlineData(nameof(CallerKind.ApiKey), "a", "/m", "k")]
    [InlineData(nameof(CallerKind.Subject), "b", "/m", "k")]
    [InlineData(nameof(CallerKind.Subject), "a", "/n", "k")]
    [InlineData(nameof(CallerKind.Subject), "a", "/m", "l")]
    [InlineData(nameof(CallerKind.Subject), "a/m", "", "k")]
    [InlineData(nameof(CallerKind.Subject), "", "a/m", "k")]
    [InlineData(nameof(CallerKind.Subject), "a", "/mk", "")]
    public void Of_AnotherScope_IsAnotherRecordAndSeal(string kind, string caller, string method, string key)
    {
        var other = Of(Enum.Parse<CallerKind>(kind), caller, method, key, "n");

        Assert.NotEqual(Call.RecordName, other.RecordName);
        Assert.NotEqual(Call.EffectId, other.EffectId);
        Assert.False(Call.SealingKey.SequenceEqual(other.SealingKey));
    }

    [Fact]
    public void Of_CallerThatEndsLikeAMethod_IsAnotherRecord() =>
        Assert.NotEqual(Of(CallerKind.Subject, "a", "/m", "2:/mk", "n").RecordName, Of(CallerKind.Subject, "a2:/m", "/m", "k", "n").RecordName);

    [Fact]
    public void Of_AnotherRequest_IsTheSameRecordAndAnotherEffect()
    {
        var other = Of(CallerKind.Subject, "a", "/m", "k", "o");

        Assert.Equal(Call.RecordName, other.RecordName);
        Assert.False(Call.Fingerprint.SequenceEqual(other.Fingerprint));
        Assert.NotEqual(Call.EffectId, other.EffectId);
        Assert.False(Call.SealingKey.SequenceEqual(other.SealingKey));
    }

    [Theory]
    [InlineData("!~", true)]
    [InlineData("a b", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u007fb", false)]
    [InlineData("a\u00e9b", false)]
    public void IsWellFormed_OfSomeCharacters_TakesVisibleAsciiOnly(string key, bool expected) =>
        Assert.Equal(expected, KeyedCall.IsWellFormed(key, CallerKind.Subject));

    [Theory]
    [InlineData("0123456789abcdefABCDE", "INVALID_FIELDS")]
    [InlineData("0123456789abcdefABCDEF", "UNIMPLEMENTED")]
    public async Task Call_OfNobodyWithAShortKey_IsRefused(string key, string expected)
    {
        await using var host = await TestHost.StartAsync(OpenServices.MapAll);

        Assert.Equal(expected, (await host.PostAsync(StartSession, null, (IdempotencyKey.Header, key))).Reason);
    }

    [Fact]
    public async Task Call_WithTwoKeys_IsRefused()
    {
        const string Key = "0123456789abcdefABCDEF";
        await using var host = await TestHost.StartAsync(app =>
        {
            // HttpClient would send both in one line.
            app.Use((http, next) =>
            {
                http.Request.Headers.Append(IdempotencyKey.Header, $"{Key}-another");
                return next(http);
            });
            OpenServices.MapAll(app);
        });

        Assert.Equal("INVALID_FIELDS", (await host.PostAsync(StartSession, null, (IdempotencyKey.Header, Key))).Reason);
        Assert.Equal("UNIMPLEMENTED", (await host.PostAsync(StartSession)).Reason);
    }

    [Theory]
    [InlineData(nameof(CallerKind.Subject), 1, true)]
    [InlineData(nameof(CallerKind.Subject), 0, false)]
    [InlineData(nameof(CallerKind.Subject), 128, true)]
    [InlineData(nameof(CallerKind.Subject), 129, false)]
    [InlineData(nameof(CallerKind.ApiKey), 22, true)]
    [InlineData(nameof(CallerKind.ApiKey), 21, false)]
    [InlineData(nameof(CallerKind.Address), 22, true)]
    [InlineData(nameof(CallerKind.Address), 21, false)]
    public void IsWellFormed_OfSomeLength_AsksMoreOfCallersWhoMayBeMany(string kind, int length, bool expected) =>
        Assert.Equal(expected, KeyedCall.IsWellFormed(new string('k', length), Enum.Parse<CallerKind>(kind)));

    private static KeyedCall Of(CallerKind kind, string caller, string method, string key, string name) =>
        KeyedCall.Of(new CallerId(kind, caller), method, key, new CreateTitleRequest { Name = name });
}
