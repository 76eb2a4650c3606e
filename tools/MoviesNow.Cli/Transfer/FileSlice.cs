namespace MoviesNow.Cli.Transfer;

/// <summary>Bytes of a file that are sent with one request.</summary>
/// <param name="File">Its path.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many they are.</param>
internal sealed record FileSlice(string File, long Offset, long Length);
