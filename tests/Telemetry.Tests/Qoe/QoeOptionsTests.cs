using MoviesNow.Telemetry.Live;
using MoviesNow.Telemetry.Qoe;

namespace Telemetry.Tests.Qoe;

public sealed class QoeOptionsTests
{
    public static TheoryData<string, Action<QoeOptions>> Rejects => new()
    {
        { "Telemetry:Qoe:RollUpInterval", options => options.RollUpInterval = TimeSpan.FromMilliseconds(49) },
        { "Telemetry:Qoe:RollUpInterval", options => options.RollUpInterval = TimeSpan.FromSeconds(61) },
        { "Telemetry:Qoe:RollUpRows", options => options.RollUpRows = 99 },
        { "Telemetry:Qoe:MinuteRetentionDays", options => options.MinuteRetentionDays = 1 },
        { "Telemetry:Qoe:HourRetentionDays", options => options.HourRetentionDays = 44 },
        { "Telemetry:Qoe:HourRetentionDays", options => options.HourRetentionDays = 3_651 },
    };

    [Theory]
    [MemberData(nameof(Rejects))]
    public void Validate_BadSetting_NamesIt(string setting, Action<QoeOptions> change)
    {
        var options = new QoeOptions();
        Assert.True(new QoeOptionsValidator().Validate(null, options).Succeeded);

        change(options);

        Assert.StartsWith(setting + " ", Assert.Single(new QoeOptionsValidator().Validate(null, options).Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public void Validate_BadMaxSubscribers_IsNamed(int value)
    {
        var validator = new LiveOptionsValidator();
        Assert.True(validator.Validate(null, new LiveOptions()).Succeeded);

        Assert.StartsWith(
            "Telemetry:Live:MaxSubscribers ", Assert.Single(validator.Validate(null, new LiveOptions { MaxSubscribers = value }).Failures!), StringComparison.Ordinal);
    }
}
