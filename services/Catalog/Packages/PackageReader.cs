using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Storage;

namespace MoviesNow.Catalog.Packages;

/// <summary>Reads publications of requests, by the rules of ladders and assets.</summary>
internal sealed class PackageReader(VariantReader variants)
{
    private const int MaxTexts = 100;

    /// <summary>Path of a variant in the request by its index.</summary>
    public static string FieldOf(int index) => LadderRules.FieldOf(index);

    /// <summary>The publication; it means something only when the check has no violations.</summary>
    public Publication Read(RequestCheck check, PublishPackageRequest request)
    {
        var packageId = check.Id("package_id", request.PackageId);
        check.Require(request.Revision > 0, "revision", "must be positive");
        var owner = AssetOwner.Read(check, request.Scope);
        check.Require(owner.SeasonId is null || owner.EpisodeId is not null, "scope.season_id", "must be empty without an episode");
        ReadObject(check, "video", request.Video, owner);
        AssetRules.CheckProperties(check, "properties", request.Properties);
        check.Require(request.Variants.Count is >= 1 and <= LadderRules.MaxVariants, "variants", $"must be 1 to {LadderRules.MaxVariants}");
        check.Require(request.Texts.Count <= MaxTexts, "texts", $"must be at most {MaxTexts}");
        var ladder = request.Variants.Select((variant, i) => variants.Read(check, FieldOf(i), variant, owner)).ToList();
        foreach (var violation in LadderRules.Violations(ladder))
        {
            check.Add(violation.Field, violation.Description);
        }

        return new(packageId, request.Revision, owner, request.Video ?? new(), request.Properties, ladder, ReadTexts(check, request, owner));
    }

    private static List<PackageText> ReadTexts(RequestCheck check, PublishPackageRequest request, AssetOwner owner)
    {
        var texts = new List<PackageText>(request.Texts.Count);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var primaries = new HashSet<(AssetKind, string)>();
        foreach (var (i, text) in request.Texts.Index())
        {
            var field = $"texts[{i}]";
            var read = text.Clone();
            check.Require(text.Kind is AssetKind.Subtitle or AssetKind.Caption, $"{field}.kind", "must be SUBTITLE or CAPTION");
            check.Require(text.Language.Length > 0, $"{field}.language", "is required");
            read.Language = check.Language($"{field}.language", text.Language);
            ReadObject(check, $"{field}.object", text.Object, owner);
            check.Require(text.Object is null || keys.Add(text.Object.StorageKey), $"{field}.object", "must not be that of another");
            check.Require(
                !text.IsPrimary || primaries.Add((text.Kind, read.Language.ToLowerInvariant())),
                $"{field}.is_primary", "must be set for one per kind and language");
            texts.Add(read);
        }

        return texts;
    }

    private static void ReadObject(RequestCheck check, string field, PackageObject? value, AssetOwner owner)
    {
        if (!check.Require(value is not null, field, "is required"))
        {
            return;
        }

        var isHls = StorageKey.TryParse(value!.StorageKey, out var key)
            && StorageLocation.TryParse(key, out var location) && location is HlsLocation
            && (owner.TitleId == default || owner.Owns(key));
        check.Require(isHls, $"{field}.storage_key", "must be of the layout hls, below the title or episode");
        check.Require(MediaType.IsWellFormed(value.MimeType), $"{field}.mime_type", "must be a media type such as application/vnd.apple.mpegurl");
        check.Require(value.SizeBytes >= 0, $"{field}.size_bytes", "must not be negative");
        check.Sha256($"{field}.sha256", value.Sha256);
    }
}
