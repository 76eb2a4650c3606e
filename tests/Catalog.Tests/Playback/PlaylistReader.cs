using System.Text.RegularExpressions;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>
/// A strict reader of multivariant playlists for tests, written from the grammar of RFC 8216bis 4.1 and 4.2 and not from the writer. It
/// fails on anything that the grammar does not allow.
/// </summary>
internal sealed partial class PlaylistReader
{
    private PlaylistReader(string[] lines) => Lines = lines;

    public string[] Lines { get; }

    public List<Dictionary<string, string>> Media { get; } = [];

    public List<Dictionary<string, string>> Keys { get; } = [];

    public List<(Dictionary<string, string> Attributes, string Uri)> Streams { get; } = [];

    public static PlaylistReader Read(string playlist)
    {
        Assert.EndsWith("\n", playlist, StringComparison.Ordinal);
        Assert.DoesNotContain(playlist, c => char.IsControl(c) && c is not '\n');
        var lines = playlist[..^1].Split('\n');
        var reader = new PlaylistReader(lines);
        Assert.Equal("#EXTM3U", lines[0]);
        for (var i = 1; i < lines.Length; i++)
        {
            var tag = TagPattern().Match(lines[i]);
            Assert.True(tag.Success, lines[i]);
            switch (tag.Groups["name"].Value)
            {
                case "EXT-X-MEDIA":
                    reader.Media.Add(Attributes(tag.Groups["attributes"].Value));
                    break;
                case "EXT-X-SESSION-KEY":
                    reader.Keys.Add(Attributes(tag.Groups["attributes"].Value));
                    break;
                case "EXT-X-STREAM-INF":
                    i++;
                    Assert.Matches(@"^[A-Za-z0-9._~:/?@!$&()*+,;=%\[\]-]+$", lines[i]);
                    reader.Streams.Add((Attributes(tag.Groups["attributes"].Value), lines[i]));
                    break;
                case "EXT-X-VERSION" or "EXT-X-INDEPENDENT-SEGMENTS":
                    break;
                default:
                    Assert.Fail(lines[i]);
                    break;
            }
        }

        return reader;
    }

    /// <summary>The attributes with quoted strings in their quotation marks.</summary>
    private static Dictionary<string, string> Attributes(string list)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = list;
        while (rest.Length > 0)
        {
            var attribute = AttributePattern().Match(rest);
            Assert.True(attribute.Success, list);
            // Adding fails on an attribute that is there twice, which 4.2 forbids.
            attributes.Add(attribute.Groups["name"].Value, attribute.Groups["value"].Value);
            rest = rest[attribute.Length..];
            Assert.False(attribute.Groups["comma"].Length > 0 && rest.Length == 0, list);
        }

        return attributes;
    }

    [GeneratedRegex("^#(?<name>EXT-X-[A-Z-]+)(?::(?<attributes>.*))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TagPattern();

    [GeneratedRegex("""^(?<name>[A-Z0-9-]+)=(?<value>"[^"\r\n]+"|0x[0-9a-f]+|[0-9]+x[0-9]+|[0-9]+(?:\.[0-9]+)?|[A-Z0-9-]+)(?<comma>,|$)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AttributePattern();
}
