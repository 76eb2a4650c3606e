using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MoviesNow.Cli.Telemetry;

/// <summary>How the lines of an access log are read: the variables of nginx that each tells, by name.</summary>
internal abstract class IngestFormat
{
    /// <summary>The format that docs/cmcd.md recommends.</summary>
    public const string Cmcd = "cmcd";

    private const string Json = "json";

    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        [Cmcd] = "$msec \"$arg_CMCD\" \"$http_cmcd_object\" \"$http_cmcd_request\" \"$http_cmcd_session\" \"$http_cmcd_status\"",
        ["combined"] = "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"",
    };

    /// <summary>The format of a name, or of nginx's own description of it.</summary>
    /// <exception cref="CommandException">It is neither.</exception>
    public static IngestFormat Of(string format) => format switch
    {
        Json => new JsonFormat(),
        _ when Named.TryGetValue(format, out var pattern) => new PatternFormat(pattern),
        _ when format.Contains('$', StringComparison.Ordinal) => new PatternFormat(format),
        _ => throw new CommandException($"'{format}' is no format: use {string.Join(", ", Named.Keys)}, {Json} or a log_format of nginx."),
    };

    /// <summary>The variables of a line; null when it does not have this format.</summary>
    public abstract Dictionary<string, string>? Read(string line);

    /// <summary>A line that is a JSON object, whose members have the names of the variables.</summary>
    private sealed class JsonFormat : IngestFormat
    {
        public override Dictionary<string, string>? Read(string line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                return json.RootElement.ValueKind is JsonValueKind.Object
                    ? json.RootElement.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal)
                        .ToDictionary(members => members.Key, members => members.Last().Value.ToString(), StringComparer.Ordinal)
                    : null;
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                return null;
            }
        }
    }

    /// <summary>A line as <c>log_format</c> describes it: each variable ends where the text behind it begins.</summary>
    private sealed class PatternFormat : IngestFormat
    {
        private readonly List<(string Text, string Variable)> _parts = [];

        public PatternFormat(string pattern)
        {
            for (var at = 0; at < pattern.Length;)
            {
                var variable = pattern.IndexOf('$', at);
                variable = variable < 0 ? pattern.Length : variable;
                var end = Math.Min(variable + 1, pattern.Length);
                while (end < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[end]) || pattern[end] == '_'))
                {
                    end++;
                }

                _parts.Add((pattern[at..variable], end > variable + 1 ? pattern[(variable + 1)..end] : ""));
                at = end;
            }
        }

        public override Dictionary<string, string>? Read(string line)
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            var at = 0;
            for (var i = 0; i < _parts.Count; i++)
            {
                if (!line.AsSpan(at).StartsWith(_parts[i].Text, StringComparison.Ordinal))
                {
                    return null;
                }

                at += _parts[i].Text.Length;
                var next = i + 1 < _parts.Count ? _parts[i + 1].Text : "";
                var end = next.Length == 0 ? line.Length : line.IndexOf(next, at, StringComparison.Ordinal);
                if (end < 0)
                {
                    return null;
                }

                if (_parts[i].Variable.Length > 0)
                {
                    values[_parts[i].Variable] = Unescape(line[at..end]);
                    at = end;
                }
            }

            return values;
        }

        /// <summary>nginx writes quotes, backslashes and bytes beyond ASCII as <c>\x22</c>, and <c>-</c> for nothing.</summary>
        private static string Unescape(string text)
        {
            if (!text.Contains('\\', StringComparison.Ordinal))
            {
                return text is "-" ? "" : text;
            }

            var plain = new StringBuilder(text.Length);
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x'
                    && byte.TryParse(text.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    plain.Append((char)code);
                    i += 3;
                }
                else
                {
                    plain.Append(text[i]);
                }
            }

            return plain.ToString();
        }
    }
}
