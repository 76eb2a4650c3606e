using System.Text.RegularExpressions;
using MoviesNow.Common.V1;
using MoviesNow.Deployment.Tests.Manifests;
using MoviesNow.Testing;

namespace MoviesNow.Deployment.Tests.Prometheus;

/// <summary>Alerts watch metrics that there are, do what they say, and tell what to do.</summary>
public sealed partial class RuleTests
{
    // job and instance are made of the resource; le is a histogram's.
    private static readonly string[] OfPrometheus = ["job", "instance", "le"];

    public static TheoryData<string> Alerts() => new(Rule.All.Select(rule => rule.Alert).OfType<string>().Distinct());

    [Fact]
    public async Task Promtool_FindsNoFault()
    {
        var folder = Repository.Path("deploy/prometheus");
        await Tool.RunAsync("promtool", folder, ["check", "rules", .. Names("*.rules.yaml")]);
        await Tool.RunAsync("promtool", folder, ["test", "rules", .. Names("*.test.yaml")]);

        string[] Names(string pattern) => [.. Directory.EnumerateFiles(folder, pattern).Select(path => Path.GetFileName(path))];
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_IsTestedAsItFires(string alert) => Assert.Contains(
        Rule.Files("*.test.yaml")
            .SelectMany(Yaml.Read)
            .SelectMany(file => file["tests"]!.AsArray())
            .SelectMany(test => test!["alert_rule_test"]?.AsArray() ?? []),
        test => (string)test!["alertname"]! == alert && test["exp_alerts"]!.AsArray().Count > 0);

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_HasARunbook(string alert)
    {
        var section = Sections().Matches(Repository.Read("docs/operations.md")).SingleOrDefault(match => match.Groups["title"].Value == alert);

        Assert.NotNull(section);
        Assert.All(
            (string[])["**Meaning**", "**Look**", "**Remedy**", "**Escalate**"],
            part => Assert.Contains(part, section.Groups["text"].Value, StringComparison.Ordinal));
        Assert.All(Rule.All.Where(rule => rule.Alert == alert), rule =>
        {
            Assert.EndsWith($"/operations#{alert.ToLowerInvariant()}", (string)rule.Node["annotations"]!["runbook_url"]!, StringComparison.Ordinal);
            Assert.Contains((string)rule.Node["labels"]!["severity"]!, (string[])["page", "ticket"]);
        });
    }

    [Fact]
    public void Runbooks_AreOfAlertsThatThereAre()
    {
        var alerts = Rule.All.Select(rule => rule.Alert).OfType<string>().ToHashSet(StringComparer.Ordinal);

        var titles = Sections().Matches(Repository.Read("docs/operations.md")).Select(match => match.Groups["title"].Value);
        Assert.All(titles.Where(title => title.StartsWith("MoviesNow", StringComparison.Ordinal)), title => Assert.Contains(title, alerts));
    }

    [Fact]
    public void Expressions_NameMetricsAndLabelsThatThereAre()
    {
        var recorded = Rule.All.Select(rule => rule.Record).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var seen = 0;
        foreach (var rule in Rule.All)
        {
            foreach (Match selector in Selectors().Matches(rule.Expression))
            {
                var name = selector.Groups["name"].Value;
                if (recorded.Contains(name) || name == "target_info")
                {
                    continue;
                }

                seen++;
                Assert.True(ExportedMetrics.All.TryGetValue(name, out var row), $"{rule.Alert ?? rule.Record} names {name}.");
                foreach (Match matcher in Matchers().Matches(selector.Groups["matchers"].Value))
                {
                    CheckMatcher(row, matcher.Groups["label"].Value, matcher.Groups["value"].Value);
                }
            }
        }

        Assert.True(seen > 40, $"Only {seen} selectors were found.");
    }

    private static void CheckMatcher(MetricRow row, string label, string value)
    {
        if (OfPrometheus.Contains(label))
        {
            Assert.True(label != "job" || value.Split('|').All(job => ServiceFacts.All.Any(service => service.ClusterName == job)), $"{value} is no service.");
            return;
        }

        Assert.Contains(label, row.Attributes);
        if (row.Name.StartsWith("moviesnow.", StringComparison.Ordinal))
        {
            var isReason = Enum.TryParse<ErrorReason>(value.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out _);
            Assert.True(isReason || row.Meaning.Contains(value, StringComparison.Ordinal), $"{row.Name} has no {label} {value}.");
        }
    }

    [GeneratedRegex(
        @"(?<![\w:.""])(?<name>(moviesnow[:_]|http_|target_)[a-zA-Z0-9_:]+)(\{(?<matchers>[^}]*)\})?",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Selectors();

    [GeneratedRegex(@"(?<label>\w+)\s*(=~|!~|!=|=)\s*""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Matchers();

    [GeneratedRegex(
        @"(?<=^|\n)#+ (?<title>\w+)\n(?<text>.*?)(?=\n#+ |$)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Sections();
}
