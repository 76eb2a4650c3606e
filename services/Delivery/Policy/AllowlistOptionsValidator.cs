using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace MoviesNow.Delivery.Policy;

/// <summary>Checks the configured entries: each by itself, then that no two speak about one key.</summary>
internal sealed class AllowlistOptionsValidator : IValidateOptions<AllowlistOptions>
{
    // Parts of a stream are protected by playback grants and are never handed out alone.
    private static readonly string[] StreamExtensions = ["m3u8", "mpd", "ts", "m4s", "cmfv", "cmfa", "key"];

    // What a browser would run with the rights of the bucket's origin, should it ever show it.
    private static readonly string[] ActiveTypes = ["html", "svg", "xml", "javascript", "ecmascript"];

    public ValidateOptionsResult Validate(string? name, AllowlistOptions options)
    {
        var errors = new List<string>();
        var entries = new List<(string Path, PrefixTemplate Prefix, ISet<string> Extensions)>();
        foreach (var (key, entry) in options.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var path = $"{AllowlistOptions.Section}:Entries:{key}";
            errors.AddRange(TypeErrors($"{path}:{nameof(entry.ContentTypes)}", entry.ContentTypes));
            if (!PrefixTemplate.TryParse(entry.Prefix, out var prefix, out var violation))
            {
                errors.Add($"{path}:{nameof(entry.Prefix)} {violation}.");
                continue;
            }

            var extensions = entry.ContentTypes.Keys.ToHashSet(StringComparer.Ordinal);
            errors.AddRange(BuiltInEntries.Folders
                .Where(folder => folder.Prefix.Overlaps(prefix) && extensions.Contains(folder.Extension))
                .Select(folder => $"{path}:{nameof(entry.Prefix)} has .{folder.Extension} files that the built-in entry {folder.Name} decides about."));
            errors.AddRange(entries
                .Where(other => other.Prefix.Overlaps(prefix) && other.Extensions.Overlaps(extensions))
                .Select(other => $"{path}:{nameof(entry.Prefix)} has files that {other.Path} decides about."));
            entries.Add((path, prefix, extensions));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> TypeErrors(string path, IDictionary<string, string> types)
    {
        if (types.Count == 0)
        {
            yield return $"{path} must name at least one extension.";
        }

        foreach (var (extension, type) in types)
        {
            if (extension.Length is 0 or > 10 || !extension.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            {
                yield return $"{path}:{extension} must be an extension of 1 to 10 lower-case letters and digits, without the dot.";
            }
            else if (StreamExtensions.Contains(extension, StringComparer.Ordinal))
            {
                yield return $"{path}:{extension} is a part of a stream, which is never handed out alone.";
            }

            if (!MediaTypeHeaderValue.TryParse(type, out var parsed) || parsed.Parameters.Count > 0)
            {
                yield return $"{path}:{extension} must be a media type such as video/mp4.";
            }
            else if (Array.Exists(ActiveTypes, active => type.Contains(active, StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"{path}:{extension} must not be a type that browsers run.";
            }
        }
    }
}
