using Microsoft.IdentityModel.JsonWebTokens;

namespace MoviesNow.Cli.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");

    private CliProcess Cli => new(_directory.FullName);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Token_BelowARunningAppHost_PrintsATokenOfTheRole()
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, ".moviesnow"));
        await File.WriteAllTextAsync(
            Path.Combine(_directory.FullName, ".moviesnow", "environment.json"),
            """{"Auth":{"LocalSigningKey":"bW92aWVzbm93LXRlc3RzLXNpZ25pbmcta2V5LTAwMDE="}}""");
        var below = _directory.CreateSubdirectory("a/b");

        var (exitCode, output, _) = await new CliProcess(below.FullName).RunAsync("token", "admin", "--subject", "me", "--minutes", "5");

        var token = new JsonWebToken(output.Trim());
        Assert.Equal((0, "me", "admin"), (exitCode, token.Subject, token.GetClaim("role").Value));
        Assert.Equal(["pwd", "mfa"], token.Claims.Where(claim => claim.Type == "amr").Select(claim => claim.Value));
        Assert.Equal(TimeSpan.FromMinutes(5), token.ValidTo - token.ValidFrom);
    }

    [Theory]
    [InlineData("token", "admin")]
    [InlineData("demo")]
    public async Task Command_WithoutAnAppHost_SaysWhatToDo(params string[] arguments)
    {
        var (exitCode, output, errors) = await Cli.RunAsync(arguments);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("No signing key: start the AppHost", errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "emperor")]
    [InlineData("token", "admin", "--minutes", "0")]
    [InlineData("nonsense")]
    [InlineData("title", "nonsense")]
    [InlineData("title", "show")]
    [InlineData("title", "create", "--kind", "opera", "--name", "x")]
    [InlineData("title", "create", "--name", "x")]
    [InlineData("title", "create", "--kind", "movie", "--name", "x", "--only-in", "NO", "--not-in", "SE")]
    [InlineData("title", "update", "x")]
    [InlineData("title", "update", "x", "--name", "y", "--idempotency-key", "k")]
    [InlineData("title", "list", "--limit", "0")]
    public async Task Command_WrongArguments_FailsAndExplains(params string[] arguments)
    {
        var (exitCode, _, errors) = await Cli.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.NotEmpty(errors);
    }
}
