using Microsoft.Extensions.Options;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Presigning;

public sealed class S3PresignerTests
{
    private static readonly StorageKey Key = StorageKey.Parse("bundles/0190a1b2-0000-7000-8000-00000000000a/S01.zip");
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, 900, TimeSpan.Zero);

    private readonly FixedClock _clock = new(Noon);
    private readonly StorageOptions _options = new()
    {
        Backend = StorageBackend.LocalS3,
        ServiceUrl = "http://10.0.0.1:9000",
        PublicUrl = "https://media.example.com",
        Bucket = "media",
        AccessKeyId = "AKIDEXAMPLE",
        SecretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    };

    private S3Presigner Presigner => new(Options.Create(_options), _clock);

    [Fact]
    public void Get_PublicUrl_IsTheHostThatClientsReach() =>
        Assert.StartsWith("https://media.example.com/media/bundles/", Presigner.Get(Key, TimeSpan.FromMinutes(1)).Url, StringComparison.Ordinal);

    [Fact]
    public void Get_Lifetime_CountsFromTheSignedSecond() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 12, 10, 0, TimeSpan.Zero), Presigner.Get(Key, TimeSpan.FromMinutes(10)).ExpiresAt);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.999)]
    [InlineData(-1.0)]
    [InlineData(604_801.0)]
    public void Get_LifetimeOutOfRange_Throws(double seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Presigner.Get(Key, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public void UploadPart_NumberOutOfRange_Throws(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Presigner.UploadPart(Key, "u", number, TimeSpan.FromMinutes(1)));

    [Theory]
    [InlineData("a\r\nx-injected: 1")]
    [InlineData("é")]
    [InlineData("a\0")]
    public void Put_HeaderThatHttpForbids_Throws(string value) =>
        Assert.Throws<ArgumentException>(() => Presigner.Put(Key, TimeSpan.FromMinutes(1), new PutConditions { ContentType = value }));

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("ä")]
    public void Put_NameOfMetadataThatIsNone_Throws(string name)
    {
        var conditions = new PutConditions { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = "x" } };
        Assert.Throws<ArgumentException>(() => Presigner.Put(Key, TimeSpan.FromMinutes(1), conditions));
    }

    [Fact]
    public void Put_Headers_AreThoseToSend()
    {
        var request = Presigner.Put(Key, TimeSpan.FromMinutes(1), new PutConditions
        {
            ContentType = "application/zip",
            ContentLength = 5_368_709_120,
            CacheControl = "max-age=1",
            Sha256 = Sha256Digest.FromBytes(new byte[32]),
            IfAbsent = true,
            Encryption = Encryption.Kms("k1"),
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "2", ["a-1"] = "1" },
        });
        Assert.Equal("PUT", request.Method);
        Assert.Equal(
            [
                new("cache-control", "max-age=1"),
                new("content-length", "5368709120"),
                new("content-type", "application/zip"),
                new("if-none-match", "*"),
                new("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                new("x-amz-meta-a-1", "1"),
                new("x-amz-meta-b", "2"),
                new("x-amz-server-side-encryption", "aws:kms"),
                new KeyValuePair<string, string>("x-amz-server-side-encryption-aws-kms-key-id", "k1"),
            ],
            request.Headers);
    }

    [Fact]
    public void Get_AfterMidnight_SignsWithTheNewDay()
    {
        var presigner = Presigner;
        var before = presigner.Get(Key, TimeSpan.FromMinutes(1));
        _clock.Now = Noon.AddDays(1);
        var after = presigner.Get(Key, TimeSpan.FromMinutes(1));
        Assert.Contains("%2F20261122%2F", before.Url, StringComparison.Ordinal);
        Assert.Contains("%2F20261123%2F", after.Url, StringComparison.Ordinal);
        Assert.Equal(after.Url, Presigner.Get(Key, TimeSpan.FromMinutes(1)).Url);
    }

    [Fact]
    public void UploadPart_UploadIdWithReservedCharacters_IsEncoded() =>
        Assert.Contains("?uploadId=a%2Bb%2Fc%3D&partNumber=7&", Presigner.UploadPart(Key, "a+b/c=", 7, TimeSpan.FromMinutes(1)).Url, StringComparison.Ordinal);

    [Fact]
    public void ToString_OfAPresignedRequest_HasNoUrl()
    {
        var request = Presigner.Get(Key, TimeSpan.FromMinutes(1));
        Assert.DoesNotContain("Signature", request.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("bundles", $"{request}", StringComparison.Ordinal);
    }

    [Fact]
    public void Get_WarmedUp_AllocatesLittle()
    {
        const int Count = 1_000;
        var presigner = Presigner;
        var overrides = new ResponseOverrides { ContentDisposition = "attachment; filename=\"S01.zip\"", ContentType = "application/zip", CacheControl = "no-store" };
        presigner.Get(Key, TimeSpan.FromMinutes(10), overrides);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++)
            presigner.Get(Key, TimeSpan.FromMinutes(10), overrides);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Count, 1, 2_000);
    }

    [Fact]
    public void PutAndUploadPart_WarmedUpWithASessionToken_AllocateUnderFourKilobytes()
    {
        const int Count = 1_000;
        _options.SessionToken = new string('T', 800);
        var presigner = Presigner;
        var put = new PutConditions
        {
            ContentType = "application/zip",
            ContentLength = 5_368_709_120,
            CacheControl = "max-age=3600",
            Sha256 = Sha256Digest.FromBytes(new byte[32]),
            IfAbsent = true,
            Encryption = Encryption.Managed,
        };
        var part = new PartConditions { ContentLength = 5_242_880, Sha256 = put.Sha256 };
        Sign();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++)
            Sign();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (2 * Count), 1, 4_096);

        void Sign()
        {
            presigner.Put(Key, TimeSpan.FromMinutes(10), put);
            presigner.UploadPart(Key, "2~abc_DEF-1.2", 7, TimeSpan.FromMinutes(10), part);
        }
    }
}
