using MoviesNow.Telemetry.Cmcd;

namespace Telemetry.Tests.Cmcd;

public sealed class CmcdOptionsTests
{
    public static TheoryData<string, Action<CmcdOptions>> Rejects => new()
    {
        { "Cmcd:MaxBodyBytes", options => options.MaxBodyBytes = 1_023 },
        { "Cmcd:MaxBodyBytes", options => options.MaxBodyBytes = 4_194_305 },
        { "Cmcd:RememberedSessions", options => options.RememberedSessions = 99 },
    };

    [Theory]
    [MemberData(nameof(Rejects))]
    public void Validate_BadSetting_NamesIt(string setting, Action<CmcdOptions> change)
    {
        var options = new CmcdOptions();
        Assert.True(new CmcdOptionsValidator().Validate(null, options).Succeeded);

        change(options);

        Assert.StartsWith(setting + " ", Assert.Single(new CmcdOptionsValidator().Validate(null, options).Failures!), StringComparison.Ordinal);
    }
}
