using MoviesNow.Testing;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>A misspelt setting is ignored without a word, so no manifest and no page may have one.</summary>
public sealed class SettingsTests
{
    public static TheoryData<string, string> Services() => ServiceManifestTests.Services();

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Settings_OfAService_AreThoseOfItsOptions(string overlay, string name)
    {
        var service = new ServiceFacts(name);
        var settings = await PodSettings.OfAsync(overlay, service);

        Assert.All(settings.Plain.Keys.Concat(settings.Keys.Keys), variable => AssertKnown(service, variable));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Secrets_OfAService_AreMadeByTheCommandsOfThePage(string overlay, string name)
    {
        var service = new ServiceFacts(name);
        var settings = await PodSettings.OfAsync(overlay, service);
        var secrets = await PageSecrets.CreateAsync();

        Assert.All(settings.Keys.Values, key => Assert.Contains(key.Key, secrets[key.Secret].Keys));
        Assert.All(settings.Secrets.Where(secret => !secret.Value), secret => Assert.Contains(secret.Key, secrets.Keys));
        Assert.All(
            settings.Secrets.Keys.Where(secrets.ContainsKey).SelectMany(secret => secrets[secret].Keys),
            variable => AssertKnown(service, variable));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Start_WithSettingsOfManifestAndPage_Succeeds(string overlay, string name)
    {
        var service = new ServiceFacts(name);
        var settings = await PodSettings.OfAsync(overlay, service);
        var secrets = await PageSecrets.CreateAsync();
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ASPNETCORE_ENVIRONMENT"] = "Production" };
        foreach (var (variable, value) in settings.Plain)
        {
            environment[variable] = value;
        }

        foreach (var (variable, (secret, key)) in settings.Keys)
        {
            environment[variable] = secrets[secret][key];
        }

        foreach (var (variable, value) in settings.Secrets.Keys.Where(secrets.ContainsKey).SelectMany(secret => secrets[secret]))
        {
            environment[variable] = value;
        }

        // Nothing outside of this machine is called.
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9";
        environment["Storage__ServiceUrl"] = "http://127.0.0.1:9";
        foreach (var connection in environment.Keys.Where(variable => variable.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).ToList())
        {
            environment[connection] = connection == "ConnectionStrings__redis" ? "127.0.0.1:9" : "Host=127.0.0.1;Port=9";
        }

        // A setting that the service refuses ends it before it is alive.
        await using var replica = await ReplicaProcess.StartAsync(service.Assembly.Location, environment);

        Assert.True(replica.IsRunning);
    }

    private static void AssertKnown(ServiceFacts service, string variable) =>
        Assert.True(OptionNames.Knows(service, variable), $"{service} does not know {variable}.");
}
