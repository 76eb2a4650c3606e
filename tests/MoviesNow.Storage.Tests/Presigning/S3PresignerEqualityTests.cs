using System.Globalization;
using System.Web;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Presigning;

/// <summary>The library's clock can only be set for the whole process, so these tests run alone.</summary>
[CollectionDefinition(nameof(ProcessClock), DisableParallelization = true)]
public sealed class ProcessClock;

[Collection(nameof(ProcessClock))]
public sealed class S3PresignerEqualityTests : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = new(StringComparer.Ordinal);

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1_500);

    public void Dispose() => AWSConfigs.ManualClockCorrection = null;

    [Fact]
    public void Get_AnyKeyAndOverrides_EqualsTheLibrarysUrl() =>
        Prop.ForAll(Cases.ToArbitrary(), sample =>
        {
            var theirs = Theirs(sample, request =>
            {
                request.ResponseHeaderOverrides.ContentDisposition = sample.Disposition;
                request.ResponseHeaderOverrides.ContentType = sample.Type;
                request.ResponseHeaderOverrides.CacheControl = sample.Cache;
            });
            var ours = Ours(sample, theirs, (presigner, lifetime) => presigner.Get(sample.Key, lifetime, new ResponseOverrides
            {
                ContentDisposition = sample.Disposition,
                ContentType = sample.Type,
                CacheControl = sample.Cache,
            }));
            Assert.Equal(theirs, ours.Url);
            Assert.Empty(ours.Headers);
        }).Check(Thorough);

    [Fact]
    public void Put_AnyKeyAndHeaders_EqualsTheLibrarysUrl() =>
        Prop.ForAll(Cases.ToArbitrary(), sample =>
        {
            var theirs = Theirs(sample, request =>
            {
                request.Verb = HttpVerb.PUT;
                request.ContentType = sample.Type;
                if (sample.Length is { } length)
                    request.Headers.ContentLength = length;
                if (sample.Digest is not null)
                    request.Headers["x-amz-checksum-sha256"] = sample.Digest.Base64;
                if (sample.Cache is not null)
                    request.Headers.CacheControl = sample.Cache;
                if (sample.IfAbsent)
                    request.Headers["If-None-Match"] = "*";
                if (sample.Mark is not null)
                    request.Metadata.Add("moviesnow-upload", sample.Mark);
                (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = sample.Encryption.Mode switch
                {
                    EncryptionMode.Managed => (ServerSideEncryptionMethod.AES256, null),
                    EncryptionMode.Kms => (ServerSideEncryptionMethod.AWSKMS, sample.Encryption.KmsKeyId),
                    _ => (ServerSideEncryptionMethod.None, null),
                };
            });
            var ours = Ours(sample, theirs, (presigner, lifetime) => presigner.Put(sample.Key, lifetime, new PutConditions
            {
                ContentType = sample.Type,
                ContentLength = sample.Length,
                Sha256 = sample.Digest,
                CacheControl = sample.Cache,
                IfAbsent = sample.IfAbsent,
                Encryption = sample.Encryption,
                Metadata = sample.Mark is null ? NoMetadata : new(StringComparer.Ordinal) { ["moviesnow-upload"] = sample.Mark },
            }));
            Assert.Equal(theirs, ours.Url);
        }).Check(Thorough);

    [Fact]
    public void UploadPart_AnyUploadAndPart_EqualsTheLibrarysUrl() =>
        Prop.ForAll(Cases.ToArbitrary(), sample =>
        {
            var theirs = Theirs(sample, request =>
            {
                request.Verb = HttpVerb.PUT;
                request.UploadId = sample.UploadId;
                request.PartNumber = sample.Part;
                if (sample.Length is { } length)
                    request.Headers.ContentLength = length;
                if (sample.Digest is not null)
                    request.Headers["x-amz-checksum-sha256"] = sample.Digest.Base64;
            });
            var ours = Ours(sample, theirs, (presigner, lifetime) => presigner.UploadPart(
                sample.Key, sample.UploadId, sample.Part, lifetime, new PartConditions { ContentLength = sample.Length, Sha256 = sample.Digest }));
            Assert.Equal(theirs, ours.Url);
        }).Check(Thorough);

    [Fact]
    public void Cases_Sampled_CoverTheSpace()
    {
        var samples = Cases.Sample(1_500);
        var seen = samples.SelectMany(sample => new[]
        {
            sample.Options.PublicAddress.PathPrefix == "/" ? "virtual-host" : "path-style",
            sample.Options.Region,
            sample.Options.SessionToken is null ? "no token" : "token",
            sample.Disposition is null ? "no disposition" : "disposition",
            sample.Type is null ? "no type" : "type",
            sample.Cache is null ? "no cache" : "cache",
            sample.Length is null ? "no length" : "length",
            sample.Digest is null ? "no checksum" : "checksum",
            sample.IfAbsent ? "if absent" : "always",
            sample.Mark is null ? "no metadata" : "metadata",
            sample.Encryption.ToString(),
            sample.ClockCorrection < TimeSpan.Zero ? "past" : "future",
            sample.Key.Value.Length > 500 ? "long key" : "key",
            sample.Options.ServiceUrl ?? "aws",
        });
        Assert.Equal(37, seen.Distinct(StringComparer.Ordinal).Count());
    }

    private static Gen<Sample> Cases { get; } =
        from options in Settings
        from key in Keys
        from disposition in Optional(Texts)
        from type in Optional(Gen.Elements("application/zip", "video/mp4", "text/vtt; charset=utf-8", "a/b+c;  d=\"e f\""))
        from cache in Optional(Gen.Elements("no-store", "public, max-age=604800, immutable", "max-age=3,   private", " x "))
        from length in Optional(Gen.Choose(0, int.MaxValue).Select(n => n * 5L))
        from digest in Gen.OneOf(Gen.Constant<Sha256Digest?>(null), Digests.Select(d => (Sha256Digest?)d))
        from absent in ArbMap.Default.GeneratorFor<bool>()
        from encryption in Gen.Elements(Encryption.None, Encryption.Managed, Encryption.Kms(null), Encryption.Kms("arn:aws:kms:eu-west-1:123:key/abc"))
        from mark in Gen.Elements(null, "0190a1b2-0000-7000-8000-00000000000a")
        from upload in Gen.Elements("2~abc_DEF-1.2", "VXBsb2FkIElE", "0190a1b2-0000-7000-8000-00000000000a")
        from part in Gen.Choose(1, 10_000)
        from offset in Gen.Choose(-2_000, 2_000)
        from seconds in Gen.OneOf(Gen.Choose(1, 604_800), Gen.Elements(1, 600, 604_800))
        select new Sample(
            options, key, disposition, type, cache, length, digest, absent, encryption, mark, upload, part, TimeSpan.FromMinutes(offset * 977.0), seconds);

    private static Gen<StorageOptions> Settings =>
        from url in Gen.Elements<string?>(null, "http://127.0.0.1:9000", "https://s3.example.com", "https://s3.example.com:8443", "http://localhost:80", "https://cdn.example.org:443")
        from region in Gen.Elements("us-east-1", "eu-west-1", "ap-southeast-3", "cn-north-1", "us-gov-west-1")
        from bucket in Gen.Elements("media", "media-bucket", "my.media.bucket")
        from style in Gen.Elements(true, false)
        from key in Gen.Elements("AKIDEXAMPLE", "AKIA/odd+key=", "minio")
        from secret in Gen.Elements("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "secret")
        from token in Gen.Elements<string?>(null, "tok/en+==", new string('T', 900) + "/+=")
        select new StorageOptions
        {
            ServiceUrl = url,
            Region = region,
            Bucket = bucket,
            ForcePathStyle = style,
            AccessKeyId = key,
            SecretAccessKey = secret,
            SessionToken = token,
        };

    private static Gen<StorageKey> Keys =>
        Gen.Elements("a", "Z9", "_", ".x", "-", "/", "S01.zip", "bundles", "0190a1b2-0000-7000-8000-00000000000a", "x..y", new string('k', 200))
            .NonEmptyListOf()
            .Select(pieces => StorageKey.TryParse(string.Concat(pieces), out var key) ? key : StorageKey.Parse("a/b.zip"));

    private static Gen<string> Texts => Gen.OneOf(
        Gen.Elements("attachment; filename=\"a b.zip\"; filename*=UTF-8''%C3%A4", "attachment", "é ß 日本 😀", "a'()*!~+&=?#%/\\", new string('ü', 700)),
        Gen.Choose(32, 126).Select(c => (char)c).NonEmptyListOf().Select(string.Concat));

    private static Gen<Sha256Digest> Digests =>
        Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(Sha256Digest.Size).Select(bytes => Sha256Digest.FromBytes(bytes));

    private static Gen<string?> Optional(Gen<string> values) => Gen.OneOf(Gen.Constant<string?>(null), values.Select(value => (string?)value));

    private static Gen<long?> Optional(Gen<long> values) => Gen.OneOf(Gen.Constant<long?>(null), values.Select(value => (long?)value));

    private static string Theirs(Sample sample, Action<GetPreSignedUrlRequest> fill)
    {
        var options = sample.Options;
        AWSConfigs.ManualClockCorrection = sample.ClockCorrection;
        AWSCredentials credentials = options.SessionToken is null
            ? new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey)
            : new SessionAWSCredentials(options.AccessKeyId, options.SecretAccessKey, options.SessionToken);
        var config = new AmazonS3Config { ForcePathStyle = options.PathStyle };
        if (options.ServiceUrl is null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        else
            (config.ServiceURL, config.AuthenticationRegion) = (options.ServiceUrl, options.Region);

        using var client = new AmazonS3Client(credentials, config);
        var request = new GetPreSignedUrlRequest
        {
            BucketName = options.Bucket,
            Key = sample.Key.Value,
            Protocol = options.PublicAddress.Endpoint.Scheme == "http" ? Protocol.HTTP : Protocol.HTTPS,
            Expires = DateTime.UtcNow + sample.ClockCorrection + TimeSpan.FromSeconds(sample.Seconds),
        };
        fill(request);
        return client.GetPreSignedURL(request);
    }

    /// <summary>The library reads the clock while it signs; ours is set to what it read.</summary>
    private static PresignedRequest Ours(Sample sample, string theirs, Func<S3Presigner, TimeSpan, PresignedRequest> sign)
    {
        var query = HttpUtility.ParseQueryString(new Uri(theirs).Query);
        var signed = DateTimeOffset.ParseExact(query["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var lifetime = TimeSpan.FromSeconds(int.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture));
        var ours = sign(new S3Presigner(Options.Create(sample.Options), new FixedClock(signed.AddMilliseconds(250))), lifetime);
        Assert.Equal(signed + lifetime, ours.ExpiresAt);
        return ours;
    }

    private sealed record Sample(
        StorageOptions Options,
        StorageKey Key,
        string? Disposition,
        string? Type,
        string? Cache,
        long? Length,
        Sha256Digest? Digest,
        bool IfAbsent,
        Encryption Encryption,
        string? Mark,
        string UploadId,
        int Part,
        TimeSpan ClockCorrection,
        int Seconds);
}
