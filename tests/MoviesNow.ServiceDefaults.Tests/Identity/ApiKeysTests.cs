using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

public sealed class ApiKeysTests
{
    [Theory]
    [InlineData("first-key-of-the-public", true)]
    [InlineData("second-key-of-the-public", true)]
    [InlineData("First-key-of-the-public", false)]
    [InlineData("first-key-of-the-publi", false)]
    [InlineData("first-key-of-the-public ", false)]
    [InlineData("first-key-of-the-public,second-key-of-the-public", false)]
    [InlineData("first-key-of-the-public\0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Accepts_KeysConfigured_TakesExactlyThose(string? key, bool expected) =>
        Assert.Equal(expected, With("first-key-of-the-public", "second-key-of-the-public").Accepts(key));

    [Theory]
    [InlineData("whatever")]
    [InlineData(null)]
    public void Accepts_NoKeysConfigured_TakesEverybody(string? key) => Assert.True(With().Accepts(key));

    private static ApiKeys With(params string[] keys)
    {
        var options = new AuthOptions();
        foreach (var key in keys)
        {
            options.ApiKeys.Add(key);
        }

        return new ApiKeys(Options.Create(options));
    }
}
