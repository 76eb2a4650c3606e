using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Packages;

/// <summary>What is published together; checked, with its texts in their normal forms.</summary>
/// <param name="PackageId">The package.</param>
/// <param name="Revision">Orders the packages of an owner.</param>
/// <param name="Owner">The film, or the episode.</param>
/// <param name="Video">What the video asset names as its object.</param>
/// <param name="Properties">Of the video asset; null when they are not stated.</param>
/// <param name="Variants">The renditions.</param>
/// <param name="Texts">Subtitles and captions.</param>
internal sealed record Publication(
    Guid PackageId,
    long Revision,
    AssetOwner Owner,
    PackageObject Video,
    MediaProperties? Properties,
    IReadOnlyList<StreamVariant> Variants,
    IReadOnlyList<PackageText> Texts);
