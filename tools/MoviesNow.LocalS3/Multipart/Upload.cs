using System.Collections.Immutable;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>A multipart upload in progress.</summary>
internal sealed class Upload(UploadRecord record, IEnumerable<PartRecord> parts)
{
    private ImmutableSortedDictionary<int, PartRecord> _parts = parts.ToImmutableSortedDictionary(part => part.Number, part => part);

    public UploadRecord Record => record;

    /// <summary>Held while parts are recorded and while the upload ends, so that a part is either in the object or refused.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Set under the gate when the upload is completed or aborted.</summary>
    public bool Ended { get; set; }

    /// <summary>The parts so far, by number.</summary>
    public IEnumerable<PartRecord> Parts => _parts.Values;

    public PartRecord? Part(int number) => _parts.GetValueOrDefault(number);

    /// <summary>Adds or replaces a part, under the gate.</summary>
    public void Set(PartRecord part) => _parts = _parts.SetItem(part.Number, part);
}
