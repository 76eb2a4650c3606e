using System.Diagnostics.CodeAnalysis;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Policy;

/// <summary>
/// A folder of the bucket for each title, such as <c>downloads/{title_id}/[{episode_id}/]trailers/</c>. It has the files that lie directly in it
/// and nothing deeper, so two templates have files in common only when their segments are the same.
/// </summary>
internal sealed class PrefixTemplate
{
    private const string Title = "{title_id}";
    private const string Episode = "{episode_id}";
    private const string OptionalEpisode = "[{episode_id}/]";

    private readonly string[][] _folders;

    private PrefixTemplate(string text, string[][] folders) => (Text, _folders) = (text, folders);

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a template, or says which rule it breaks, in words that continue the setting's name.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PrefixTemplate? template, [NotNullWhen(false)] out string? violation)
    {
        template = null;
        violation = null;
        if (!text.EndsWith('/') && !text.EndsWith(OptionalEpisode, StringComparison.Ordinal))
        {
            violation = "must end with a slash";
            return false;
        }

        var without = text.Replace(OptionalEpisode, "", StringComparison.Ordinal);
        string[] forms = without == text ? [text] : [without, text.Replace(OptionalEpisode, $"{Episode}/", StringComparison.Ordinal)];
        var folders = forms.Select(form => form[..^1].Split('/')).ToArray();
        violation = folders.Select(ViolationOf).FirstOrDefault(found => found is not null);
        if (violation is not null)
        {
            return false;
        }

        template = new PrefixTemplate(text, folders);
        return true;
    }

    /// <summary>True when the two have a folder in common.</summary>
    public bool Overlaps(PrefixTemplate other) => Array.Exists(_folders, own => Array.Exists(other._folders, theirs => own.AsSpan().SequenceEqual(theirs)));

    /// <summary>True when the key lies directly in a folder of the template.</summary>
    public bool Matches(StorageKey key, out Guid titleId, out Guid? episodeId, [NotNullWhen(true)] out FileNameSegment? file)
    {
        (titleId, episodeId, file) = (default, null, null);
        var segments = key.Value.Split('/');
        foreach (var folder in _folders)
        {
            if (segments.Length == folder.Length + 1 && Matches(folder, segments, ref titleId, ref episodeId))
            {
                return FileNameSegment.TryParse(segments[^1], out file);
            }
        }

        return false;
    }

    private static bool Matches(string[] folder, string[] segments, ref Guid titleId, ref Guid? episodeId)
    {
        for (var i = 0; i < folder.Length; i++)
        {
            var isId = folder[i] is Title or Episode;
            if (isId ? !IsId(segments[i]) : !string.Equals(folder[i], segments[i], StringComparison.Ordinal))
            {
                return false;
            }

            if (folder[i] is Title)
            {
                titleId = Guid.Parse(segments[i]);
            }
            else if (isId)
            {
                episodeId = Guid.Parse(segments[i]);
            }
        }

        return true;
    }

    private static string? ViolationOf(string[] folder)
    {
        if (folder.Count(segment => segment is Title) != 1 || folder.Count(segment => segment is Episode) > 1)
        {
            return $"must have {Title} once and {Episode} at most once";
        }

        if (folder[0] is Title or Episode)
        {
            return "must begin with a folder of its own";
        }

        // Sources and single objects of a stream are never handed out, and bundles/ belongs to the built-in entries and expires.
        if (folder[0] is "originals" or "hls" or "bundles")
        {
            return $"must not lie below {folder[0]}/";
        }

        return Array.TrueForAll(folder, segment => segment is Title or Episode || IsName(segment))
            ? null
            : "must have segments of A-Z, a-z, 0-9, '_', '.' and '-', {title_id}, {episode_id} or [{episode_id}/]";
    }

    private static bool IsName(string segment) => FileNameSegment.TryParse(segment, out _);

    // One spelling of an id is one key.
    private static bool IsId(string segment) => Guid.TryParseExact(segment, "D", out var id) && string.Equals(id.ToString("D"), segment, StringComparison.Ordinal);
}
