using System.Globalization;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

public sealed class IdempotencyOptionsTests
{
    private readonly IdempotencyOptionsValidator _validator = new();

    [Fact]
    public void Validate_Defaults_Accepts() => Assert.True(_validator.Validate(name: null, new()).Succeeded);

    [Theory]
    [InlineData("Idempotency:Retention", "23:59:59", "00:00:30", 1024, "00:00:00.500")]
    [InlineData("Idempotency:Retention", "7.00:00:01", "00:00:30", 1024, "00:00:00.500")]
    [InlineData("Idempotency:Lease", "1.00:00:00", "00:00:04", 1024, "00:00:00.500")]
    [InlineData("Idempotency:Lease", "1.00:00:00", "00:05:01", 1024, "00:00:00.500")]
    [InlineData("Idempotency:MaxResponseBytes", "1.00:00:00", "00:00:30", 1023, "00:00:00.500")]
    [InlineData("Idempotency:MaxResponseBytes", "1.00:00:00", "00:00:30", 4194305, "00:00:00.500")]
    [InlineData("Idempotency:RedisTimeout", "1.00:00:00", "00:00:30", 1024, "00:00:00.049")]
    [InlineData("Idempotency:RedisTimeout", "1.00:00:00", "00:00:30", 1024, "00:00:02.001")]
    public void Validate_OutOfRange_NamesTheSetting(string setting, string retention, string lease, int maxBytes, string timeout) =>
        Assert.StartsWith(setting, Assert.Single(Validate(retention, lease, maxBytes, timeout).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData("1.00:00:00", "00:00:05", 1024, "00:00:00.050")]
    [InlineData("7.00:00:00", "00:05:00", 4194304, "00:00:02")]
    public void Validate_Extremes_Accepts(string retention, string lease, int maxBytes, string timeout) =>
        Assert.True(Validate(retention, lease, maxBytes, timeout).Succeeded);

    [Fact]
    public async Task Start_SettingOutOfRange_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(_ => { }, configure: null, ("Idempotency:Lease", "00:00:01")));

        Assert.StartsWith("Idempotency:Lease", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    private ValidateOptionsResult Validate(string retention, string lease, int maxBytes, string timeout) => _validator.Validate(name: null, new IdempotencyOptions
    {
        Retention = TimeSpan.Parse(retention, CultureInfo.InvariantCulture),
        Lease = TimeSpan.Parse(lease, CultureInfo.InvariantCulture),
        MaxResponseBytes = maxBytes,
        RedisTimeout = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture),
    });
}
