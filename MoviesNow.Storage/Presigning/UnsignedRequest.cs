namespace MoviesNow.Storage;

/// <summary>What is to be signed. Header values are in canonical form already.</summary>
internal readonly record struct UnsignedRequest(string Method, StorageKey Key, long Seconds)
{
    public string? UploadId { get; init; }

    public int PartNumber { get; init; }

    public ResponseOverrides? Overrides { get; init; }

    public KeyValuePair<string, string>[] Headers { get; init; } = [];
}
