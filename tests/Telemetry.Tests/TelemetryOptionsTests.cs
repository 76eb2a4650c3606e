using MoviesNow.Telemetry;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests;

public sealed class TelemetryOptionsTests
{
    public static TheoryData<string, Action<TelemetryOptions>> Rejects => new()
    {
        { "Telemetry:SessionTokenKey", options => options.SessionTokenKey = "" },
        { "Telemetry:SessionTokenKey", options => options.SessionTokenKey = "not base64!" },
        { "Telemetry:SessionTokenKey", options => options.SessionTokenKey = Convert.ToBase64String(new byte[31]) },
        { "Telemetry:IpSalt", options => options.IpSalt = "" },
        { "Telemetry:IpSalt", options => options.IpSalt = Convert.ToBase64String(new byte[15]) },
        { "Telemetry:UserAgent", options => options.UserAgent = (UserAgentRetention)7 },
        { "Telemetry:HeartbeatInterval", options => options.HeartbeatInterval = TimeSpan.FromSeconds(9) },
        { "Telemetry:HeartbeatInterval", options => options.HeartbeatInterval = TimeSpan.FromSeconds(31) },
        { "Telemetry:SessionTimeout", options => options.SessionTimeout = TimeSpan.FromSeconds(59) },
        { "Telemetry:PausedTimeout", options => options.PausedTimeout = TimeSpan.FromMinutes(4) },
        { "Telemetry:PausedTimeout", options => options.PausedTimeout = TimeSpan.FromDays(8) },
        { "Telemetry:RetentionDays", options => options.RetentionDays = 0 },
        { "Telemetry:Writers", options => options.Writers = 0 },
        { "Telemetry:MaxBatchEvents", options => options.MaxBatchEvents = 499 },
        { "Telemetry:MaxQueuedEvents", options => options.MaxQueuedEvents = 499 },
    };

    [Theory]
    [MemberData(nameof(Rejects))]
    public void Validate_BadSetting_NamesIt(string setting, Action<TelemetryOptions> change)
    {
        var options = new TelemetryOptions { SessionTokenKey = TelemetryHost.SessionTokenKey, IpSalt = TelemetryHost.IpSalt };
        Assert.True(new TelemetryOptionsValidator().Validate(null, options).Succeeded);

        change(options);

        Assert.StartsWith(setting + " ", Assert.Single(new TelemetryOptionsValidator().Validate(null, options).Failures!), StringComparison.Ordinal);
    }
}
