using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

public sealed class ConnectionOptionsTests
{
    [Theory]
    [InlineData("MaxPerEndpoint", "9")]
    [InlineData("MaxPerEndpoint", "1000001")]
    [InlineData("MaxPerAddress", "0")]
    [InlineData("MaxPerAddress", "1000001")]
    [InlineData("HeadersTimeout", "00:00:00.9")]
    [InlineData("HeadersTimeout", "00:02:01")]
    [InlineData("IdleTimeout", "00:00:00")]
    [InlineData("IdleTimeout", "01:00:01")]
    public async Task Start_BadSetting_NamesIt(string name, string value)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(_ => { }, null, ($"Connections:{name}", value)));

        Assert.StartsWith($"Connections:{name} must be ", Assert.Single(error.Failures), StringComparison.Ordinal);
    }
}
