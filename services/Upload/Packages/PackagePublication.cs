using Google.Protobuf;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Packages;

/// <summary>Makes of a request to finalize what the catalogue is told. The catalogue has the rules of variants; here paths become keys.</summary>
internal static class PackagePublication
{
    private const int MaxVariants = 100;
    private const int MaxTexts = 100;

    /// <summary>Checks what can be checked before the objects are.</summary>
    public static void CheckCounts(RequestCheck check, FinalizePackageRequest request)
    {
        check.Require(request.Variants.Count is >= 1 and <= MaxVariants, "variants", $"must be 1 to {MaxVariants}");
        check.Require(request.Texts.Count <= MaxTexts, "texts", $"must be at most {MaxTexts}");
    }

    /// <summary>What the catalogue is told, without the revision.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT for paths that are not declared.</exception>
    public static byte[] Of(PackageSession package, FinalizePackageRequest request, IReadOnlyDictionary<string, DeclaredFile> files)
    {
        var check = new RequestCheck();
        var publication = new PublishPackageRequest
        {
            PackageId = package.Id.ToString(),
            Scope = new AssetScope
            {
                TitleId = package.TitleId.ToString(),
                SeasonId = package.SeasonId?.ToString() ?? "",
                EpisodeId = package.EpisodeId?.ToString() ?? "",
            },
            Properties = request.Properties,
        };
        foreach (var (i, variant) in request.Variants.Index())
        {
            var placed = variant.Clone();
            (placed.Id, placed.AssetId) = ("", "");
            placed.StorageKey = Object($"variants[{i}].storage_key", variant.StorageKey).StorageKey;
            publication.Variants.Add(placed);
        }

        foreach (var (i, text) in request.Texts.Index())
        {
            publication.Texts.Add(new PackageText
            {
                Kind = text.Kind,
                Language = text.Language,
                Object = Object($"texts[{i}].path", text.Path),
                IsPrimary = text.IsPrimary,
                SortOrder = text.SortOrder,
            });
        }

        check.ThrowIfInvalid();

        // The catalogue builds the multivariant playlist itself, so the asset names the playlist of the first variant.
        publication.Video = Object("variants[0].storage_key", request.Variants[0].StorageKey);
        return publication.ToByteArray();

        PackageObject Object(string field, string path)
        {
            if (!check.Require(files.TryGetValue(path, out var file), field, "must be the path of a declared file"))
            {
                return new PackageObject();
            }

            return new PackageObject
            {
                StorageKey = package.KeyOf(path).Value,
                MimeType = PackageFileTypes.TypeOf(path)!,
                SizeBytes = file!.Size,
                Sha256 = Convert.ToHexStringLower(file.Sha256),
            };
        }
    }
}
