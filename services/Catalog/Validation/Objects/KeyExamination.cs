using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation.Playlists;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>Whether playlist and row agree about encryption. URIs of keys are never told: they may be secrets.</summary>
internal static class KeyExamination
{
    public static void Examine(StreamVariant variant, MediaPlaylist playlist, Findings findings)
    {
        var id = variant.Id;
        var isClear = variant.DrmSystem is DrmSystem.None or DrmSystem.Unspecified;
        if (playlist.Keys.Count == 0)
        {
            if (!isClear)
            {
                findings.Add(ObjectRules.DrmRowClear, id, $"The variant is recorded as encrypted for {NameOf(variant.DrmSystem)}, and no segment has a key.");
            }

            return;
        }

        if (isClear)
        {
            findings.Add(ObjectRules.ClearRowEncrypted, id, "The variant is recorded as clear, and segments have a key.");
            return;
        }

        var keys = playlist.Keys.Where(key => string.Equals(key.Format, SessionKeys.FormatOf(variant.DrmSystem), StringComparison.OrdinalIgnoreCase)).ToArray();
        if (keys.Length == 0)
        {
            findings.Add(ObjectRules.KeyFormatMismatch, id, $"No key of the playlist has the KEYFORMAT of {NameOf(variant.DrmSystem)}.");
            return;
        }

        var method = variant.EncryptionScheme is EncryptionScheme.Cenc ? "SAMPLE-AES-CTR" : "SAMPLE-AES";
        if (Array.Exists(keys, key => !string.Equals(key.Method, method, StringComparison.Ordinal)))
        {
            findings.Add(
                ObjectRules.KeyMethodMismatch, id,
                $"The variant is recorded with the encryption scheme {variant.EncryptionScheme.ToString().ToUpperInvariant()}, and the METHOD of its key "
                + $"is not {method}.");
        }
    }

    private static string NameOf(DrmSystem system) => system.ToString().ToUpperInvariant();
}
