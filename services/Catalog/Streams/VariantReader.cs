using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Playback.Codecs;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Streams;

/// <summary>Reads variants of requests: their texts in the forms that all services share, and the rules of variants.</summary>
internal sealed class VariantReader(QualityTiers tiers)
{
    private const int MaxLabelLength = 100;

    /// <summary>The variant with its texts in their normal forms; it means something only when the check has no violations.</summary>
    /// <param name="check">Collects the violations.</param>
    /// <param name="field">Path of the variant in the request, such as <c>variants[2]</c>.</param>
    /// <param name="variant">What the request says.</param>
    /// <param name="owner">Whose the asset of the variant is; null when that is not known.</param>
    public StreamVariant Read(RequestCheck check, string field, StreamVariant variant, AssetOwner? owner)
    {
        var read = variant.Clone();
        read.AudioLanguage = check.Language($"{field}.audio_language", variant.AudioLanguage);
        read.Label = check.Text($"{field}.label", variant.Label, MaxLabelLength);
        read.DrmKeyId = check.OptionalId($"{field}.drm_key_id", variant.DrmKeyId)?.ToString("D") ?? "";
        read.StorageKey = ReadKey(check, $"{field}.storage_key", variant.StorageKey, owner);

        // The rules are about what the request says: a malformed key id is one all the same.
        var violations = StreamVariantRules.Violations(variant, tiers).ToList();
        foreach (var violation in violations)
        {
            check.Add($"{field}.{violation.Field}", violation.Description);
        }

        // Players trust CODECS, so it must not say something else than the other fields. The database cannot judge that.
        AddUnlessMalformed("codecs", CodecsCheck.Violations(variant));
        AddUnlessMalformed("supplemental_codecs", CodecsCheck.SupplementalViolations(variant));
        return read;

        void AddUnlessMalformed(string name, IEnumerable<string> descriptions)
        {
            foreach (var description in violations.Exists(violation => violation.Field == name) ? [] : descriptions)
            {
                check.Add($"{field}.{name}", description);
            }
        }
    }

    private static string ReadKey(RequestCheck check, string field, string text, AssetOwner? owner)
    {
        if (!check.Require(StorageKey.TryParse(text, out var key, out var violation), field, violation ?? "is malformed"))
        {
            return "";
        }

        var isOfLayout = StorageLocation.TryParse(key!, out var location) && location is HlsLocation or DownloadLocation;
        check.Require(
            isOfLayout && owner?.Owns(key!) != false, field, "must be of the layout hls or downloads, below the title or episode of the asset");
        return key!.Value;
    }
}
