using MoviesNow.Reference.Commands;
using MoviesNow.Reference.Contracts;
using MoviesNow.Reference.Metrics;
using MoviesNow.Reference.Settings;

namespace MoviesNow.Reference;

/// <summary>The pages of <c>docs/reference</c>, as they follow from the code.</summary>
public static class ReferencePages
{
    /// <summary>Every page, by its path below <c>docs/reference</c>.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var contracts = ContractSet.Load();
        var pages = ContractPages.Of(contracts).ToDictionary(page => $"api/{page.Name}.md", page => page.Text, StringComparer.Ordinal);
        pages["index.md"] = IndexPage.Of(contracts);
        pages["errors.md"] = ErrorPage.Of(contracts);
        pages["settings.md"] = SettingsPage.Of();
        pages["metrics.md"] = MetricsPage.Of();
        pages["command-line.md"] = CommandPage.Of();
        return pages;
    }

    /// <summary>Files of the folder that are no page any more.</summary>
    public static IEnumerable<string> StraysIn(string folder)
    {
        var pages = All();
        return Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories).Where(file => !pages.ContainsKey(Path.GetRelativePath(folder, file)));
    }
}
