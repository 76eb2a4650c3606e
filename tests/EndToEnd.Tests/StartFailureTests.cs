using System.Text.Json;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>A start that cannot succeed says what is wrong and what to do, and ends with exit code 1; nothing hangs, and nothing is left.</summary>
[Collection("AppHost")]
public sealed class StartFailureTests
{
    [Fact]
    public async Task Start_TheSameHomeTwice_SaysWhatToDo()
    {
        using var home = new HomeDirectory();
        using var holder = new FileStream(home.PathOf("apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        await RefusedAsync(home, [], "Another AppHost is using", "--MoviesNow:Home=");
    }

    [Fact]
    public async Task Start_AResourceFails_TellsItsLastLines()
    {
        using var home = HomeDirectory.Seeded();
        await File.WriteAllTextAsync(home.PathOf("s3"), "not a directory");
        using var failed = AppHostProcess.Start(home.Argument);

        Assert.Equal(1, await failed.ExitAsync());
        Assert.Contains("MoviesNow did not start: s3 ended with exit code", failed.Output, StringComparison.Ordinal);
        Assert.Contains(home.PathOf("s3"), failed.Output, StringComparison.Ordinal);
        Assert.Contains("--fresh", failed.Output, StringComparison.Ordinal);
        await AppHostProcess.GoneAsync(failed.Children);
    }

    [Fact]
    public async Task Start_NotReadyInTime_NamesWhatIsMissing()
    {
        using var home = HomeDirectory.Seeded();
        using var failed = AppHostProcess.Start(home.Argument, "--Startup:TimeoutSeconds=1");

        Assert.Equal(1, await failed.ExitAsync());
        Assert.Matches(@"MoviesNow did not start: [\w-]+ was not ready within 1 s", failed.Output);
        await AppHostProcess.GoneAsync(failed.Children);
    }

    [Fact]
    public async Task Start_DataOfAnotherPostgres_IsRefused()
    {
        using var home = new HomeDirectory();
        foreach (var major in Enumerable.Range(15, 10))
        {
            var data = Directory.CreateDirectory(home.PathOf($"postgres-{major}"));
            await File.WriteAllTextAsync(Path.Combine(data.FullName, "PG_VERSION"), "9.6\n");
        }

        await RefusedAsync(home, [], "postgres-", "9.6");
    }

    [Theory]
    [InlineData("secrets.json")]
    [InlineData("dashboard.json")]
    public async Task Start_DamagedFileOfTheHome_NamesIt(string file)
    {
        using var home = new HomeDirectory();
        await File.WriteAllTextAsync(home.PathOf(file), "{");

        await RefusedAsync(home, [], home.PathOf(file), "--fresh");
    }

    [Fact]
    public async Task Start_ExternalWithoutSettings_NamesEachWithAnExample()
    {
        using var home = new HomeDirectory();
        await RefusedAsync(
            home,
            ["--Backing=external", "--ConnectionStrings:redis=localhost"],
            "ConnectionStrings:catalogdb, for example Host=", "ConnectionStrings:uploaddb", "ConnectionStrings:telemetrydb", "Storage:Bucket", "Storage:AccessKeyId", "Storage:SecretAccessKey");
    }

    [Theory]
    [InlineData("--Backing=cloud", "The setting Backing is 'cloud'")]
    [InlineData("--Cdn=cloud", "The setting Cdn is 'cloud'")]
    [InlineData("--Startup:TimeoutSeconds=soon", "The setting Startup:TimeoutSeconds is 'soon'")]
    public async Task Start_WrongSetting_NamesItWithAnExample(string argument, string message)
    {
        using var home = new HomeDirectory();
        await RefusedAsync(home, [argument], message, "for example --");
    }

    [Fact]
    public async Task Start_Fresh_WipesTheHome()
    {
        using var home = HomeDirectory.Seeded();
        await File.WriteAllTextAsync(home.PathOf("secrets.json"), "{");

        // It ends at the setting, after the wipe.
        await RefusedAsync(home, ["--fresh", "--Backing=cloud"], "Backing");
        Assert.False(File.Exists(home.PathOf("seeded")));
    }

    [Fact]
    public async Task Start_SecretsOfAnEarlierVersion_AreKeptAndCompleted()
    {
        using var home = new HomeDirectory();
        await File.WriteAllTextAsync(home.PathOf("secrets.json"), """{"signingKey":"kept"}""");

        await RefusedAsync(home, ["--Backing=cloud"], "Backing");

        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(home.PathOf("secrets.json")))!;
        Assert.Equal("kept", secrets["signingKey"]);
        Assert.Equal(40, secrets["grantKey"].Length);
        Assert.Equal(32, Convert.FromBase64String(secrets["playbackTicketKey"]).Length);
    }

    private static async Task RefusedAsync(HomeDirectory home, string[] arguments, params string[] words)
    {
        using var refused = AppHostProcess.Start([home.Argument, .. arguments]);
        Assert.Equal(1, await refused.ExitAsync());
        Assert.All(words, word => Assert.Contains(word, refused.Output, StringComparison.Ordinal));
        Assert.Contains("MoviesNow did not start", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output, StringComparison.Ordinal);
    }
}
