using System.Text.RegularExpressions;
using MoviesNow.Testing;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>The secrets that the commands of <c>docs/kubernetes.md</c> create, run with a <c>kubectl</c> that only writes down what it is told.</summary>
internal static partial class PageSecrets
{
    private const string Kubectl = """
        #!/bin/sh
        # kubectl -n moviesnow create secret generic NAME [--type=…] --from-literal=KEY=VALUE …
        [ "$1 $2 $3 $4" = "-n moviesnow create secret" ] || exit 1
        name=$6
        shift 6
        for argument; do
          case $argument in
            --from-literal=*) printf '%s\t%s\n' "$name" "${argument#--from-literal=}" ;;
            --type=*) ;;
            *) exit 1 ;;
          esac
        done >> "$SECRETS"
        """;

    private static readonly Lazy<Task<Dictionary<string, Dictionary<string, string>>>> Created = new(RunAsync);

    /// <summary>Keys and values by the secret's name.</summary>
    public static Task<Dictionary<string, Dictionary<string, string>>> CreateAsync() => Created.Value;

    private static async Task<Dictionary<string, Dictionary<string, string>>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("moviesnow-secrets-");
        try
        {
            var (kubectl, written) = (Path.Combine(folder.FullName, "kubectl"), Path.Combine(folder.FullName, "secrets"));
            await File.WriteAllTextAsync(kubectl, Kubectl);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(kubectl, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var commands = Commands().Match(Repository.Read("docs/kubernetes.md")).Groups["commands"].Value;
            Assert.NotEqual("", commands);
            await Tool.RunAsync("sh", folder.FullName, "-euc", $"PATH={folder.FullName}:$PATH SECRETS={written}\nexport PATH SECRETS\n{commands}");
            return (await File.ReadAllLinesAsync(written))
                .Select(line => line.Split(['\t', '='], 3))
                .GroupBy(parts => parts[0], StringComparer.Ordinal)
                .ToDictionary(
                    secret => secret.Key,
                    secret => secret.ToDictionary(parts => parts[1], parts => parts[2], StringComparer.Ordinal),
                    StringComparer.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(
        @"\n## Secrets\n.*?\n```sh[^\n]*\n(?<commands>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Commands();
}
