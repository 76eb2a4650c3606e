namespace MoviesNow.Storage;

/// <summary>Ends an inspection: the message is the verdict's problem. It never leaves <see cref="ZipInspector"/>.</summary>
internal sealed class UnreadableZipException(string problem) : Exception(problem);
