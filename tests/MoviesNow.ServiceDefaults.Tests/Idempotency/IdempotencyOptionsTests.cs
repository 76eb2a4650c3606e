using MoviesNow.ServiceDefaults.Idempotency;

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
    public void Validate_OutOfRange_NamesTheSetting(string setting, string retention, string lease, int maxBytes, string timeout)
    {
        var result = _validator.Validate(name: null, new IdempotencyOptions
        {
            Retention = TimeSpan.Parse(retention, System.Globalization.CultureInfo.InvariantCulture),
            Lease = TimeSpan.Parse(lease, System.Globalization.CultureInfo.InvariantCulture),
            MaxResponseBytes = maxBytes,
            RedisTimeout = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture),
        });

        Assert.StartsWith(setting, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }
}
