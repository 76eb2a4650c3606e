namespace MoviesNow.Playback.Tests.Readers;

/// <summary>What a player sees of a playlist.</summary>
internal sealed record Seen(string[] Errors, SeenStream[] Streams, SeenRendition[] Audio, SeenRendition[] Subtitles, string[] Keys);

internal sealed record SeenStream(string Uri, long Bandwidth, int Width, int Height, string[] Codecs, string AudioGroup);

internal sealed record SeenRendition(string Group, string Name, string Language, bool IsDefault);
