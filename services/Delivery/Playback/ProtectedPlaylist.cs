using System.Text;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Playback;

/// <summary>
/// The multivariant playlist of the catalogue, of which each answer has a grant of its own in its URIs. Only what lies below the granted
/// prefix is in it: subtitles that were uploaded apart from the package could not be read with the grant, and would be errors in players.
/// </summary>
internal sealed class ProtectedPlaylist
{
    private const string StreamTag = "#EXT-X-STREAM-INF:";
    private const string MediaTag = "#EXT-X-MEDIA:";

    // Quoted strings of a playlist have no control characters.
    private const char Before = '\u0001';
    private const char After = '\u0002';

    private readonly string _template;

    private ProtectedPlaylist(string prefix, Guid? packageId, string template) => (Prefix, PackageId, _template) = (prefix, packageId, template);

    /// <summary>What is granted: <c>hls/{title_id}/[{episode_id}/][package_{id}/]</c>.</summary>
    public string Prefix { get; }

    /// <summary>The package that holds all of it; null when the folder is granted.</summary>
    public Guid? PackageId { get; }

    /// <summary>Reads a playlist of the catalogue; null when it has no stream that could be granted.</summary>
    /// <param name="playlist">The playlist, whose URIs are <paramref name="baseUri"/> and a key.</param>
    /// <param name="baseUri">What its URIs begin with.</param>
    /// <param name="titleId">The title.</param>
    /// <param name="episodeId">The episode; null for a film.</param>
    public static ProtectedPlaylist? Of(string playlist, string baseUri, Guid titleId, Guid? episodeId)
    {
        var folder = PlaybackPrefix.Of(titleId, episodeId, packageId: null);
        var entries = PlaylistEntry.Read(playlist, baseUri);
        var keys = entries.Select(entry => entry.Key).OfType<string>().Where(key => key.StartsWith(folder, StringComparison.Ordinal)).ToArray();
        var packages = keys.Select(StorageLayout.PackageIdOf).Distinct().ToArray();
        var packageId = packages.Length == 1 ? packages[0] : null;
        var prefix = PlaybackPrefix.Of(titleId, episodeId, packageId);
        var granted = entries.Where(entry => entry.Key?.StartsWith(prefix, StringComparison.Ordinal) ?? true).ToArray();
        return granted.Any(entry => entry.IsStream) ? new ProtectedPlaylist(prefix, packageId, Template(granted, baseUri)) : null;
    }

    /// <summary>The playlist with a grant.</summary>
    /// <param name="mediaBaseUrl">What URIs begin with.</param>
    /// <param name="query">What they end with, without <c>?</c>; empty for nothing.</param>
    public string With(string mediaBaseUrl, string query)
    {
        var text = new StringBuilder(_template);
        text.Replace(Before.ToString(), mediaBaseUrl);
        text.Replace(After.ToString(), query.Length > 0 ? $"?{query}" : "");
        return text.ToString();
    }

    private static string Template(PlaylistEntry[] entries, string baseUri)
    {
        var groups = entries.Select(entry => entry.Group).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            var lines = entry.IsStream ? PlaylistEntry.WithoutLostGroups(entry.Text, groups) : entry.Text;
            text.Append(entry.Key is { } key ? lines.Replace(baseUri + key, $"{Before}{key}{After}", StringComparison.Ordinal) : lines).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A tag with its URI, if it has one.</summary>
    /// <param name="Text">Its line, and the next one for a stream.</param>
    /// <param name="Key">The key that its URI names; null without a URI.</param>
    /// <param name="Group">TYPE and GROUP-ID of a rendition, as streams refer to it: <c>AUDIO="aac-2"</c>.</param>
    /// <param name="IsStream">Whether it is a stream.</param>
    private sealed record PlaylistEntry(string Text, string? Key, string? Group, bool IsStream)
    {
        private static readonly string[] Kinds = ["AUDIO", "SUBTITLES"];

        public static List<PlaylistEntry> Read(string playlist, string baseUri)
        {
            var lines = playlist.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var entries = new List<PlaylistEntry>();
            for (var i = 0; i < lines.Length; i++)
            {
                var line = lines[i];
                if (line.StartsWith(StreamTag, StringComparison.Ordinal) && i + 1 < lines.Length)
                {
                    i++;
                    entries.Add(new PlaylistEntry($"{line}\n{lines[i]}", KeyOf(lines[i], baseUri), Group: null, IsStream: true));
                }
                else if (line.StartsWith(MediaTag, StringComparison.Ordinal))
                {
                    var kind = Kinds.FirstOrDefault(kind => line.StartsWith($"{MediaTag}TYPE={kind},", StringComparison.Ordinal));
                    entries.Add(new PlaylistEntry(line, KeyOf(Quoted(line, "URI"), baseUri), $"{kind}=\"{Quoted(line, "GROUP-ID")}\"", IsStream: false));
                }
                else
                {
                    entries.Add(new PlaylistEntry(line, Key: null, Group: null, IsStream: false));
                }
            }

            return entries;
        }

        /// <summary>A stream's lines without references to groups that have no member left.</summary>
        public static string WithoutLostGroups(string lines, HashSet<string> groups)
        {
            foreach (var kind in Kinds)
            {
                if (lines.Contains($",{kind}=\"", StringComparison.Ordinal) && $"{kind}=\"{Quoted(lines, kind)}\"" is var reference && !groups.Contains(reference))
                {
                    lines = lines.Replace($",{reference}", "", StringComparison.Ordinal);
                }
            }

            return lines;
        }

        // A URI that is not ours has no key, and is below no prefix.
        private static string? KeyOf(string uri, string baseUri) =>
            uri.Length == 0 ? null : uri.StartsWith(baseUri, StringComparison.Ordinal) ? uri[baseUri.Length..] : "";

        private static string Quoted(string line, string attribute)
        {
            // The last: the catalogue writes URIs at the end, and a name before it may end in anything but a quotation mark.
            var name = line.LastIndexOf($",{attribute}=\"", StringComparison.Ordinal);
            if (name < 0)
            {
                return "";
            }

            var begin = name + attribute.Length + 3;
            return line[begin..line.IndexOf('"', begin)];
        }
    }
}
