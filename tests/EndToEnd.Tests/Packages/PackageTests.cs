using MoviesNow.Testing;

namespace MoviesNow.EndToEnd.Tests.Packages;

/// <summary>
/// The packages that <c>dotnet pack</c> makes of what was built, used as somebody without this checkout would: from a folder, with no other
/// source. What they depend on is in NuGet's folder of this machine, for the build needed it.
/// </summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Projects.MoviesNow_AppHost.ProjectPath, ".."));

    // artifacts/bin/<project>/<configuration>
    private static readonly string Configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("moviesnow-packages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Cli_InstalledAsATool_Runs()
    {
        await PackAsync("tools/MoviesNow.Cli");

        await DotnetAsync("tool", "install", "MoviesNow.Cli", "--tool-path", In("tools"), "--source", In("packages"));
        var (output, _) = await Tool.RunAsync(In("tools/moviesnow"), _folder.FullName, "--help");

        Assert.Contains("The command line of MoviesNow's administrators", output, StringComparison.OrdinalIgnoreCase);
        // The demo's film comes along.
        Assert.Contains("demo", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contracts_InAProjectElsewhere_CompileAndHaveTheProtos()
    {
        await PackAsync("protos");
        await File.WriteAllTextAsync(In("Consumer.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MoviesNow.Contracts" Version="1.0.0" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(In("Program.cs"), """
            using MoviesNow.Catalog.V1;
            System.Console.WriteLine(TitleService.Descriptor.FullName + " " + new CreateTitleRequest { Name = "Harbour Lights" }.Name);
            """);

        var (output, _) = await DotnetAsync("run", "--project", In("Consumer.csproj"));

        Assert.Equal("moviesnow.catalog.v1.TitleService Harbour Lights", output.Trim());
        Assert.True(File.Exists(In("cache/moviesnow.contracts/1.0.0/protos/moviesnow/catalog/v1/title.proto")));
    }

    private async Task PackAsync(string project) => await Tool.RunAsync(
        "dotnet", Repository, "pack", project, "--no-build", "--configuration", Configuration, "--output", In("packages"), "--nologo");

    /// <summary>Runs dotnet with a package folder of its own, so that no package of an earlier run is taken for this one.</summary>
    private async Task<(string Output, string Errors)> DotnetAsync(params string[] arguments)
    {
        var installed = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(In("nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{In("packages")}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="installed" value="{installed}" /></fallbackPackageFolders>
            </configuration>
            """);
        return await Tool.RunAsync("env", _folder.FullName, [$"NUGET_PACKAGES={In("cache")}", "dotnet", .. arguments]);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
