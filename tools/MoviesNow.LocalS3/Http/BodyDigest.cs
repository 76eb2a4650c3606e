using MoviesNow.LocalS3.Checksums;

namespace MoviesNow.LocalS3.Http;

/// <summary>What was learnt of a body while it was received, after every claim about it was proven.</summary>
/// <param name="Length">Bytes of content.</param>
/// <param name="Md5">Hexadecimal, lower case.</param>
/// <param name="Checksums">Those claimed and those asked for.</param>
internal sealed record BodyDigest(long Length, string Md5, IReadOnlyDictionary<ChecksumAlgorithm, string> Checksums);
