using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

public sealed class KeyedCallTests
{
    private static readonly KeyedCall Call = Of(CallerKind.Subject, "a", "/m", "k", "n");

    [Fact]
    public void Of_SameCall_IsTheSameRecordRequestAndEffect()
    {
        var again = Of(CallerKind.Subject, "a", "/m", "k", "n");

        Assert.Equal((Call.RecordName, Call.EffectId), (again.RecordName, again.EffectId));
        Assert.Equal(Call.Fingerprint, again.Fingerprint);
        Assert.Equal(Call.SealingKey, again.SealingKey);
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
    public void Of_AnotherRequest_IsTheSameRecordAndAnotherEffect()
    {
        var other = Of(CallerKind.Subject, "a", "/m", "k", "o");

        Assert.Equal(Call.RecordName, other.RecordName);
        Assert.False(Call.Fingerprint.SequenceEqual(other.Fingerprint));
        Assert.NotEqual(Call.EffectId, other.EffectId);
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
