using System.Text;

namespace MoviesNow.Reference.Settings;

/// <summary>Every setting of the services.</summary>
internal static class SettingsPage
{
    /// <summary>The page.</summary>
    public static string Of()
    {
        var docs = new XmlDocs(OptionsSection.Assemblies);
        var text = new StringBuilder(Markdown.Notice).Append("""
            # Settings

            What the services read from their configuration: environment variables with `__` for `:` (`Storage__Bucket`), the command line
            (`--Storage:Bucket=media`), or `appsettings.json`. Services of an AppHost inherit its environment variables. A service with a wrong setting
            does not start, and names each that is wrong. Settings are read at the start. Durations are `[days.]hours:minutes:seconds`. Where a
            column is empty there is no default, or no limit beside what the meaning says. Connection strings, the AppHost's own settings and those of
            OpenTelemetry are in the [README](../../README.md#configuration) and in [observability](../observability.md#export).

            """);
        foreach (var section in OptionsSection.All())
        {
            var limits = new Limits(section);
            var rows = Setting.In(section.Type, section.Default()).Select(setting => string.Join(" | ",
                Markdown.CodeCell(setting.Name),
                setting.Kind,
                Markdown.CodeCell(setting.Default),
                Markdown.Cell(limits.Of(setting)),
                Markdown.Cell(docs.Of(setting.Property))));
            text.Append($"\n## {section.Name}\n{Markdown.Prose(docs.Of(section.Type))}\n\nRead by: {section.ReadBy}.\n\n")
                .Append(Markdown.Table("setting | kind | default | limits | meaning", rows));
        }

        return text.ToString();
    }
}
