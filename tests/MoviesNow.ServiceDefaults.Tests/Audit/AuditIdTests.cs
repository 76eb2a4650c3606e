using MoviesNow.ServiceDefaults.Audit;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

public sealed class AuditIdTests
{
    private const string Uuid = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";
    private const string Digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    [Theory]
    [InlineData(Uuid, Uuid)]
    [InlineData("0198C0DE-7A5B-7C3D-8E9F-0123456789AB", Uuid)]
    [InlineData(Digest, Digest)]
    [InlineData("", "")]
    [InlineData("*", "")]
    [InlineData("0198c0de7a5b7c3d8e9f0123456789ab", "")]
    [InlineData("{0198c0de-7a5b-7c3d-8e9f-0123456789ab}", "")]
    [InlineData("AbCdEfGhIjKlMnOpQrStUvWxYz012345", "")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "")]
    [InlineData("https://bucket.example/a-key-of-43-characters", "")]
    public void Clean_Text_IsAnIdOrNothing(string text, string kept) => Assert.Equal(kept, AuditId.Clean(text));

    [Fact]
    public void Join_ManyIds_KeepsAsManyWholeOnesAsFit()
    {
        Assert.Equal("", AuditId.Join([]));
        Assert.Equal($"{Uuid},{Digest}", AuditId.Join([Uuid, "a,b", "", Digest]));
        Assert.Equal(string.Join(',', Enumerable.Repeat(Uuid, 6)), AuditId.Join(Enumerable.Repeat(Uuid, 1_000)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("*", true)]
    [InlineData(Uuid, true)]
    [InlineData($"{Uuid},{Digest}", true)]
    [InlineData($"{Uuid},", false)]
    [InlineData($"{Uuid},*", false)]
    [InlineData($"{Uuid} {Uuid}", false)]
    [InlineData("0198C0DE-7A5B-7C3D-8E9F-0123456789AB", false)]
    [InlineData("https://bucket.example/x", false)]
    public void IsTarget_Text_IsOneThatAnEntryMayHave(string text, bool isTarget) => Assert.Equal(isTarget, AuditId.IsTarget(text));
}
