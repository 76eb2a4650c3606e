using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Upload.Bundles;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace UploadTests.Uploads;

public sealed class PolicyTests
{
    private static readonly Guid Title = Guid.Parse("0198c0de-7a5b-7c3d-8e9f-0123456789ab");
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("application/vnd.apple.mpegurl", "public, max-age=30")]
    [InlineData("application/dash+xml", "public, max-age=30")]
    [InlineData("video/mp2t", "public, max-age=604800, immutable")]
    [InlineData("video/iso.segment", "public, max-age=604800, immutable")]
    [InlineData("text/vtt", "public, max-age=86400")]
    [InlineData("text/vtt; charset=utf-8", "public, max-age=86400")]
    [InlineData("application/x-subrip", "public, max-age=86400")]
    [InlineData("image/jpeg", "public, max-age=2592000")]
    [InlineData("image/avif", "public, max-age=2592000")]
    [InlineData("video/mp4", "public, max-age=3600")]
    [InlineData("application/zip", "public, max-age=3600")]
    public void CacheControl_ByContentType_IsThePolicys(string contentType, string expected) =>
        Assert.Equal(expected, ContentTypes.CacheControl(contentType));

    [Theory]
    [InlineData(UploadPurpose.Original, "video/mp4", "video/mp4")]
    [InlineData(UploadPurpose.Original, "video/MP2T", "video/mp2t")]
    [InlineData(UploadPurpose.Original, "video/matroska", "video/matroska")]
    [InlineData(UploadPurpose.Original, "video/x-matroska", "video/x-matroska")]
    [InlineData(UploadPurpose.Original, "Video/MP4;Codecs=\"avc1.64001f, mp4a.40.2\"", "video/mp4; codecs=\"avc1.64001f, mp4a.40.2\"")]
    [InlineData(UploadPurpose.Original, "video/webm; codecs=vp9", "video/webm; codecs=\"vp9\"")]
    [InlineData(UploadPurpose.Original, "video/mp4; codecs=\"a;b\"", null)]
    [InlineData(UploadPurpose.Original, "video/mp4; codecs=", null)]
    [InlineData(UploadPurpose.Original, "video/mp4; charset=utf-8", null)]
    [InlineData(UploadPurpose.Original, "video/mp4; codecs=vp9; codecs=av01", null)]
    [InlineData(UploadPurpose.Original, "image/png", null)]
    [InlineData(UploadPurpose.Artwork, "IMAGE/PNG", "image/png")]
    [InlineData(UploadPurpose.Artwork, "image/svg+xml", null)]
    [InlineData(UploadPurpose.Artwork, "text/html", null)]
    [InlineData(UploadPurpose.Subtitle, "TEXT/VTT", "text/vtt")]
    [InlineData(UploadPurpose.Subtitle, "text/vtt;charset=UTF-8", "text/vtt; charset=utf-8")]
    [InlineData(UploadPurpose.Subtitle, "application/ttml+xml; charset=\"utf-8\"", "application/ttml+xml; charset=utf-8")]
    [InlineData(UploadPurpose.Subtitle, "text/vtt; charset=iso-8859-1", null)]
    [InlineData(UploadPurpose.Subtitle, "text/vtt; charset", null)]
    [InlineData(UploadPurpose.Subtitle, "text/vtt; q=1", null)]
    [InlineData(UploadPurpose.Subtitle, "text/vtt\r\nx: y", null)]
    [InlineData(UploadPurpose.Subtitle, "text/vtt, text/vtt", null)]
    [InlineData(UploadPurpose.Bundle, "application/zip", "application/zip")]
    [InlineData(UploadPurpose.Unspecified, "video/mp4", null)]
    public void Canonical_PurposeAndType_AsListed(UploadPurpose purpose, string contentType, string? expected) =>
        Assert.Equal(expected, ContentTypes.Canonical(purpose, contentType));

    [Fact]
    public void KeyOf_SameArguments_SameKey_AnyOtherAnother()
    {
        var key = Key();
        Assert.Equal(key, Key());
        Assert.StartsWith($"artwork/title/{Title}/poster-", key.Value, StringComparison.Ordinal);
        Assert.Distinct([key, Key(name: "poster2.jpg"), Key(owner: "b"), Key(token: "2"), Key(purpose: UploadPurpose.Subtitle)]);

        static StorageKey Key(UploadPurpose purpose = UploadPurpose.Artwork, string name = "poster.jpg", string owner = "a", string token = "1") =>
            UploadDrafts.KeyOf(purpose, Title, episodeId: null, name, "image/jpeg", owner, token);
    }

    [Theory]
    [InlineData("poster.jpg", "image/jpeg", "poster-", ".jpg")]
    [InlineData("poster.JPEG", "image/jpeg", "poster-", ".jpeg")]
    [InlineData("poster", "image/png", "poster-", ".png")]
    [InlineData("poster.tmp", "image/webp", "poster.tmp-", ".webp")]
    [InlineData("poster.png", "image/avif", "poster.png-", ".avif")]
    [InlineData("", "image/avif", "file-", ".avif")]
    [InlineData("poster.png/", "image/png", "file-", ".png")]
    public void KeyOf_APicture_EndsAsItsTypeDoes(string name, string contentType, string begin, string end)
    {
        var key = UploadDrafts.KeyOf(UploadPurpose.Artwork, Title, episodeId: null, name, contentType, "a", "1").Value;

        Assert.StartsWith($"artwork/title/{Title}/{begin}", key, StringComparison.Ordinal);
        Assert.Equal(end, Path.GetExtension(key));
    }

    [Fact]
    public void KeyOf_PicturesWhoseNamesDifferByTheEndingThatOneLacks_AreDifferentObjects() => Assert.NotEqual(
        UploadDrafts.KeyOf(UploadPurpose.Artwork, Title, episodeId: null, "poster", "image/png", "a", "1"),
        UploadDrafts.KeyOf(UploadPurpose.Artwork, Title, episodeId: null, "poster.png", "image/png", "a", "1"));

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("%2e%2e%2fx.jpg")]
    [InlineData("a/b\\c.jpg")]
    [InlineData("Ünïcode näme.jpg")]
    public void KeyOf_HostileName_StaysBelowItsTitle(string name)
    {
        var key = UploadDrafts.KeyOf(UploadPurpose.Original, Title, episodeId: null, name, "video/mp4", "a", "1");
        Assert.Equal(2, key.Value.Count(c => c == '/'));
        Assert.StartsWith($"originals/{Title}/", key.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ManifestOf_ZipKeys_IsBesideThem()
    {
        Assert.Equal($"bundles/{Title}/S01_manifest.json", BundleKeys.ManifestOf(StorageLayout.SeasonBundle(Title, 1))?.Value);
        Assert.Equal(StorageLayout.BundleManifest(Title, Title), BundleKeys.ManifestOf(StorageLayout.Bundle(Title, Title)));
        Assert.Null(BundleKeys.ManifestOf(StorageLayout.TitleExtras(Title, 1)));
    }

    [Theory]
    [InlineData(nameof(SessionState.Pending), 1, null)]
    [InlineData(nameof(SessionState.Pending), -1, ErrorReason.UploadExpired)]
    [InlineData(nameof(SessionState.Recording), 1, ErrorReason.InvalidState)]
    [InlineData(nameof(SessionState.Closing), 1, ErrorReason.InvalidState)]
    [InlineData(nameof(SessionState.Completed), -1, ErrorReason.InvalidState)]
    [InlineData(nameof(SessionState.Aborted), -1, ErrorReason.InvalidState)]
    [InlineData(nameof(SessionState.Expired), -1, ErrorReason.UploadExpired)]
    public void Refusal_StateAndDeadline_AsTheContractSays(string state, int minutesLeft, ErrorReason? expected) =>
        Assert.Equal(expected, SessionRules.Refusal(Session(Enum.Parse<SessionState>(state), minutesLeft), Now));

    [Fact]
    public void Behind_EveryVisibleState_PartitionsAllButOpening()
    {
        UploadState[] visible = [UploadState.Pending, UploadState.Completed, UploadState.Aborted, UploadState.Expired];
        var behind = visible.SelectMany(SessionRules.Behind).ToList();
        Assert.Equal(Enum.GetValues<SessionState>().Where(state => state is not SessionState.Opening).Order(), behind.Order());
        Assert.Equal(behind.Order(), SessionRules.Behind(UploadState.Unspecified).Order());
    }

    [Fact]
    public void Validate_OptionsOutOfRange_NamesEveryKey()
    {
        var result = new UploadOptionsValidator().Validate(name: null, new UploadOptions
        {
            PartSizeBytes = 1,
            UrlLifetime = TimeSpan.FromDays(8),
            SinglePutDeadline = TimeSpan.Zero,
            MultipartDeadline = TimeSpan.FromDays(31),
            OpeningLease = TimeSpan.Zero,
        });
        Assert.Equal(
            ["Upload:MultipartDeadline", "Upload:OpeningLease", "Upload:PartSizeBytes", "Upload:SinglePutDeadline", "Upload:UrlLifetime"],
            result.Failures!.Select(failure => failure.Split(' ')[0]).Order());
    }

    private static UploadSession Session(SessionState state, int minutesLeft) => new()
    {
        Id = Title,
        Owner = "a",
        Purpose = UploadPurpose.Original,
        TitleId = Title,
        Key = StorageKey.Parse("originals/x"),
        FileName = "x",
        Size = 1,
        ContentType = "video/mp4",
        Sha256 = Sha256Digest.FromBytes(new byte[32]),
        Method = UploadMethod.SinglePut,
        Encryption = EncryptionMode.None,
        State = state,
        LeaseUntil = Now,
        Deadline = Now.AddMinutes(minutesLeft),
        CreatedAt = Now,
        UpdatedAt = Now,
    };
}
