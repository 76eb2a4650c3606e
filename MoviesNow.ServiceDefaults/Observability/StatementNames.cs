using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>
/// Names the spans of SQL statements by what they do to which table, such as <c>SELECT bundle</c>. Only tables and functions that the
/// service's own migrations create are named, so that no other word of a statement gets into a span.
/// </summary>
internal sealed partial class StatementNames(FrozenSet<string> objects)
{
    private const string Unknown = "postgresql";
    private const int MaxRemembered = 1_000;

    private static readonly FrozenSet<string> Verbs = FrozenSet.Create(
        StringComparer.Ordinal, "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "LOCK", "CREATE", "ALTER", "DROP", "DO", "SET", "WITH");

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Reads the names of tables and functions from the migrations that are embedded in an assembly.</summary>
    public static StatementNames Of(Assembly assembly) => new(assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .SelectMany(name => Created().Matches(Read(assembly, name)))
        .Select(match => match.Groups["name"].Value)
        .ToFrozenSet(StringComparer.Ordinal));

    /// <summary>Whether a name is one that this class gives.</summary>
    public static bool IsOurs(string name)
    {
        var words = name.Split(' ');
        return string.Equals(name, Unknown, StringComparison.Ordinal) || (Verbs.Contains(words[0]) || string.Equals(words[0], "BATCH", StringComparison.Ordinal));
    }

    /// <summary>Has a data source name its spans so.</summary>
    public void NameSpansOf(NpgsqlDataSourceBuilder source) => source.ConfigureTracing(tracing => tracing
        .ConfigureCommandSpanNameProvider(command => Of(command.CommandText))
        .ConfigureBatchSpanNameProvider(batch => batch.BatchCommands.Count == 0 ? Unknown : $"BATCH {Of(batch.BatchCommands[0].CommandText)}")
        .ConfigureCopyOperationSpanNameProvider(Of)
        .EnableFirstResponseEvent(false));

    public string Of(string sql)
    {
        if (_names.TryGetValue(sql, out var known))
        {
            return known;
        }

        var name = Name(sql);
        if (_names.Count < MaxRemembered)
        {
            _names.TryAdd(sql, name);
        }

        return name;
    }

    private string Name(string sql)
    {
        var words = Word().Matches(sql).Select(match => match.Value);
        var verb = words.Select(word => word.ToUpperInvariant()).FirstOrDefault(word => Verbs.Contains(word) && word is not "WITH");
        var table = words.FirstOrDefault(objects.Contains);
        return (verb, table) switch
        {
            (null, _) => Unknown,
            (_, null) => verb,
            _ => $"{verb} {table}",
        };
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"[A-Za-z_][A-Za-z_0-9]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Word();

    [GeneratedRegex(@"CREATE\s+(OR\s+REPLACE\s+)?(TABLE|FUNCTION|MATERIALIZED\s+VIEW|VIEW)\s+(IF\s+NOT\s+EXISTS\s+)?(?<name>[a-z_0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Created();
}
