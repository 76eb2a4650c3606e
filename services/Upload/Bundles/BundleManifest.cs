namespace MoviesNow.Upload.Bundles;

/// <summary>What a manifest says is in a ZIP.</summary>
/// <param name="BundleId">The bundle that it is for; null when it does not say.</param>
/// <param name="Entries">The files, in its order.</param>
internal sealed record BundleManifest(Guid? BundleId, IReadOnlyList<ManifestEntry> Entries);

/// <summary>One file.</summary>
/// <param name="Path">Its name in the ZIP.</param>
/// <param name="Size">In bytes, unpacked.</param>
/// <param name="Sha256">Of the unpacked bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="EpisodeId">The episode that it belongs to, if any.</param>
internal sealed record ManifestEntry(string Path, long Size, string Sha256, Guid? EpisodeId);

/// <summary>Why a manifest is refused.</summary>
/// <param name="Rule">The rule that it breaks; the ids are part of the contract.</param>
/// <param name="Detail">More about how.</param>
/// <param name="Entry">The file that it is about, or the place in the JSON; null for the whole manifest.</param>
internal sealed record ManifestProblem(string Rule, string Detail, string? Entry = null);
