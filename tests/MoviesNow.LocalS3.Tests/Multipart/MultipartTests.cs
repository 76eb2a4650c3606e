using System.Security.Cryptography;
using System.Text;
using Amazon.S3.Transfer;
using MoviesNow.LocalS3.Multipart;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Multipart;

public class MultipartTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private const int MiB = 1024 * 1024;
    private static readonly byte[] Five = Bytes.Random(5 * MiB, 5);
    private static readonly byte[] Tail = Bytes.Random(1000, 6);

    [Fact]
    public void ETagOf_Parts_Md5OfMd5s()
    {
        var (one, two) = (MD5.HashData("1"u8), MD5.HashData("2"u8));
        Assert.Equal(
            Convert.ToHexStringLower(MD5.HashData([.. one, .. two])) + "-2",
            CompletionRequest.ETagOf([Convert.ToHexStringLower(one), Convert.ToHexStringLower(two)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_ThroughTheTransferUtility_SameBytes(bool checksums)
    {
        var (client, body, key) = (checksums ? fixture.S3 : fixture.PlainS3, Bytes.Random((12 * MiB) + 17, 9), $"transfer/{checksums}");
        using var transfer = new TransferUtility(client, new TransferUtilityConfig { MinSizeBeforePartUpload = 5 * MiB });
        using var content = new MemoryStream(body);
        await transfer.UploadAsync(new TransferUtilityUploadRequest { BucketName = "movies", Key = key, InputStream = content, PartSize = 5 * MiB });

        using var got = await client.GetObjectAsync("movies", key);
        using var read = new MemoryStream();
        await got.ResponseStream.CopyToAsync(read);
        Assert.Equal(body, read.ToArray());
        Assert.EndsWith("-3\"", got.ETag, StringComparison.Ordinal);
        Assert.Equal(body[(5 * MiB)..(10 * MiB)], (await fixture.Raw.SendAsync("GET", $"/movies/{key}?partNumber=2")).Body);
        Assert.Equal(body[((5 * MiB) - 10)..((5 * MiB) + 10)],
            (await fixture.Raw.SendAsync("GET", $"/movies/{key}", null, ("range", $"bytes={(5 * MiB) - 10}-{(5 * MiB) + 9}"))).Body);
        Assert.Equal("InvalidPartNumber", (await fixture.Raw.SendAsync("GET", $"/movies/{key}?partNumber=4")).Code);
    }

    [Theory]
    [InlineData("CRC32", "COMPOSITE")]
    [InlineData("CRC32", "FULL_OBJECT")]
    [InlineData("CRC32C", "COMPOSITE")]
    [InlineData("CRC32C", "FULL_OBJECT")]
    [InlineData("CRC64NVME", "FULL_OBJECT")]
    [InlineData("SHA1", "COMPOSITE")]
    [InlineData("SHA256", "COMPOSITE")]
    public async Task Complete_WithChecksums_ObjectHasItsChecksum(string name, string type)
    {
        var algorithm = LocalS3.Checksums.ChecksumAlgorithms.Parse(name)!.Value;
        var target = $"/movies/sums/{name}-{type}";
        var id = await BeginAsync(target, ("x-amz-checksum-algorithm", name), ("x-amz-checksum-type", type));
        var parts = new List<(string ETag, string Extra)>();
        foreach (var (body, number) in new[] { (Five, 1), (Tail, 2) })
        {
            var value = Checksums.ChecksumTests.Of(algorithm, body);
            var part = await fixture.Raw.SendAsync("PUT", $"{target}?partNumber={number}&uploadId={id}", body, ($"x-amz-checksum-{name.ToLowerInvariant()}", value));
            Assert.Equal(200, part.Status);
            parts.Add((part.Header("ETag")!, $"<Checksum{name}>{value}</Checksum{name}>"));
        }

        if (type == "COMPOSITE")
            Assert.Equal("InvalidRequest", (await CompleteAsync(target, id, [.. parts.Select(p => p.ETag)])).Code);
        var document = "<CompleteMultipartUpload>" + string.Concat(parts.Select((p, i) => $"<Part><PartNumber>{i + 1}</PartNumber><ETag>{p.ETag}</ETag>{p.Extra}</Part>"))
            + "</CompleteMultipartUpload>";
        var expected = type == "FULL_OBJECT" ? Checksums.ChecksumTests.Of(algorithm, [.. Five, .. Tail]) : null;
        if (expected is not null)
        {
            var wrong = await fixture.Raw.SendAsync(
                "POST", $"{target}?uploadId={id}", Encoding.UTF8.GetBytes(document), ($"x-amz-checksum-{name.ToLowerInvariant()}", Checksums.ChecksumTests.Of(algorithm, "x")));
            Assert.Equal("BadDigest", wrong.Code);
            var malformed = await fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", Encoding.UTF8.GetBytes(document), ($"x-amz-checksum-{name.ToLowerInvariant()}", "bad"));
            Assert.Equal("BadDigest", malformed.Code);
        }
        else
        {
            var malformed = await fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", Encoding.UTF8.GetBytes(document), ($"x-amz-checksum-{name.ToLowerInvariant()}", "bad-2"));
            Assert.Equal("BadDigest", malformed.Code);
        }

        // A completion's own checksum is the object's, so that header must not be read as the checksum of the document.
        var completed = expected is null
            ? await fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", Encoding.UTF8.GetBytes(document))
            : await fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", Encoding.UTF8.GetBytes(document), ($"x-amz-checksum-{name.ToLowerInvariant()}", expected));
        Assert.Equal(200, completed.Status);
        Assert.Equal(type, completed.Value("ChecksumType"));

        var head = await fixture.Raw.SendAsync("HEAD", target, null, ("x-amz-checksum-mode", "ENABLED"));
        var stored = head.Header($"x-amz-checksum-{name.ToLowerInvariant()}")!;
        Assert.Equal(completed.Value("Checksum" + name), stored);
        Assert.Equal(type == "COMPOSITE", stored.EndsWith("-2", StringComparison.Ordinal));
        if (expected is not null)
            Assert.Equal(expected, stored);
        var attributes = await fixture.Raw.SendAsync("GET", target + "?attributes", null, ("x-amz-object-attributes", "ObjectParts,Checksum"));
        Assert.Equal(["5242880", "1000"], attributes.Values("Size"));
    }

    [Theory]
    [InlineData("SHA1", "FULL_OBJECT")]
    [InlineData("SHA256", "FULL_OBJECT")]
    [InlineData("CRC64NVME", "COMPOSITE")]
    [InlineData("MD5", null)]
    [InlineData(null, "COMPOSITE")]
    public async Task Create_ImpossibleChecksum_Refused(string? algorithm, string? type)
    {
        var headers = new[] { ("x-amz-checksum-algorithm", algorithm), ("x-amz-checksum-type", type) }.Where(h => h.Item2 is not null).Select(h => (h.Item1, h.Item2!));
        Assert.Equal("InvalidRequest", (await fixture.Raw.SendAsync("POST", "/movies/sums/bad?uploads", [], [.. headers])).Code);
    }

    [Fact]
    public async Task UploadPart_OtherAlgorithmThanTheUpload_Refused()
    {
        var id = await BeginAsync("/movies/sums/other", ("x-amz-checksum-algorithm", "SHA256"));
        var part = await fixture.Raw.SendAsync(
            "PUT", $"/movies/sums/other?partNumber=1&uploadId={id}", Tail, ("x-amz-checksum-crc32", Checksums.ChecksumTests.Of(LocalS3.Checksums.ChecksumAlgorithm.Crc32, Tail)));
        Assert.Equal("InvalidRequest", part.Code);
    }

    [Fact]
    public async Task Complete_Faults_RefusedAndUploadStays()
    {
        const string target = "/movies/faults";
        var id = await BeginAsync(target);
        var small = await PartAsync(target, id, 1, Bytes.Random(1237));
        var big = await PartAsync(target, id, 2, Five);
        var last = await PartAsync(target, id, 4, Tail);

        Assert.Equal("EntityTooSmall", (await CompleteAsync(target, id, small, big)).Code);
        Assert.Equal("InvalidPartOrder", (await Complete(target, id, (2, big), (1, small))).Code);
        Assert.Equal("InvalidPartOrder", (await Complete(target, id, (2, big), (2, big))).Code);
        Assert.Equal("InvalidPart", (await Complete(target, id, (2, big), (3, last))).Code);
        Assert.Equal("InvalidPart", (await Complete(target, id, (2, small), (4, last))).Code);
        Assert.Equal("InvalidArgument", (await Complete(target, id, (0, big))).Code);
        Assert.Equal("InvalidArgument", (await Complete(target, id, (10001, big))).Code);
        Assert.Equal("MalformedXML", (await Complete(target, id)).Code);
        Assert.Equal("MalformedXML", (await fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", "<x"u8.ToArray())).Code);
        Assert.Equal("MalformedXML", (await fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", "<!DOCTYPE a [<!ENTITY b 'c'>]><CompleteMultipartUpload/>"u8.ToArray())).Code);
        Assert.Equal("MalformedXML", (await fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", [])).Code);
        Assert.Equal("NoSuchUpload", (await Complete(target, "none", (2, big))).Code);
        Assert.Equal("NoSuchUpload", (await Complete("/movies/other-key", id, (2, big))).Code);
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", target)).Status);

        Assert.Equal("InvalidRequest", (await Complete(target, id, [("x-amz-mp-object-size", "1")], (2, big), (4, last))).Code);
        Assert.Equal(200, (await Complete(target, id, [("x-amz-mp-object-size", $"{Five.Length + Tail.Length}")], (2, big), (4, last))).Status);
        byte[] whole = [.. Five, .. Tail];
        Assert.Equal(whole, (await fixture.Raw.SendAsync("GET", target)).Body);
        // The part that was left out is gone from the disk, too.
        Assert.DoesNotContain(1237L, Directory.EnumerateFiles(Path.Combine(fixture.Host.DataDirectory, "buckets/movies/data")).Select(f => new FileInfo(f).Length));
    }

    [Theory]
    [InlineData("0", 400)]
    [InlineData("10001", 400)]
    [InlineData("x", 400)]
    [InlineData("10000", 200)]
    public async Task UploadPart_Number_1To10000(string number, int status)
    {
        var id = await BeginAsync("/movies/numbers");
        Assert.Equal(status, (await fixture.Raw.SendAsync("PUT", $"/movies/numbers?partNumber={number}&uploadId={id}", [1])).Status);
        Assert.Equal(204, (await fixture.Raw.SendAsync("DELETE", $"/movies/numbers?uploadId={id}")).Status);
    }

    [Fact]
    public async Task Complete_Repeated_SameAnswer()
    {
        const string target = "/movies/repeated";
        var id = await BeginAsync(target);
        var etag = await PartAsync(target, id, 1, Tail);
        var first = await Complete(target, id, [("if-none-match", "*")], (1, etag));
        var second = await Complete(target, id, [("if-none-match", "*")], (1, etag));
        Assert.Equal((200, 200, first.Value("ETag")), (first.Status, second.Status, second.Value("ETag")));

        await fixture.Raw.SendAsync("PUT", target, [1]);
        Assert.Equal("NoSuchUpload", (await Complete(target, id, (1, etag))).Code);
    }

    [Fact]
    public async Task Complete_SameUploadConcurrently_AllAnswerTheSame()
    {
        const string target = "/movies/same";
        var id = await BeginAsync(target);
        var etag = await PartAsync(target, id, 1, Tail);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Complete(target, id, (1, etag))));
        Assert.All(answers, a => Assert.Equal((200, answers[0].Value("ETag")), (a.Status, a.Value("ETag"))));
    }

    [Fact]
    public async Task Complete_DifferentUploadsIfNoneMatch_ExactlyOneWins()
    {
        const string target = "/movies/one-wins";
        var uploads = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var id = await BeginAsync(target);
            return (Id: id, ETag: await PartAsync(target, id, 1, Bytes.Random(1000, i)), Index: i);
        }));
        var answers = await Task.WhenAll(uploads.Select(async u => (u.Index, Answer: await Complete(target, u.Id, [("if-none-match", "*")], (1, u.ETag)))));
        var winner = Assert.Single(answers, a => a.Answer.Status == 200);
        Assert.All(answers.Where(a => a != winner), a => Assert.Equal((412, "PreconditionFailed"), (a.Answer.Status, a.Answer.Code)));
        Assert.Equal(Bytes.Random(1000, winner.Index), (await fixture.Raw.SendAsync("GET", target)).Body);
    }

    [Fact]
    public async Task Complete_EmptyBody_MalformedXml()
    {
        var id = (await fixture.Raw.SendAsync("POST", "/movies/empty?uploads", [])).Value("UploadId");
        Assert.Equal("MalformedXML", (await fixture.Raw.SendAsync("POST", $"/movies/empty?uploadId={id}", [])).Code);
        Assert.Equal("MalformedXML", (await fixture.Raw.SendAsync("POST", $"/movies/empty?uploadId={id}", "<CompleteMultipartUpload/>"u8.ToArray())).Code);
    }

    [Fact]
    public async Task ListUploads_SeveralOfOneKey_InTheOrderOfTheirBeginning()
    {
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
            ids.Add((await fixture.Raw.SendAsync("POST", "/movies/same-key?uploads", [])).Value("UploadId")!);
        Assert.Equal(ids, (await fixture.Raw.SendAsync("GET", "/movies?uploads&prefix=same-key")).Values("UploadId"));
        var rest = await fixture.Raw.SendAsync("GET", $"/movies?uploads&prefix=same-key&key-marker=same-key&upload-id-marker={ids[12]}");
        Assert.Equal(ids[13..], rest.Values("UploadId"));
    }

    [Fact]
    public async Task AbortedUpload_Everything_NoSuchUpload()
    {
        const string target = "/movies/aborted";
        var id = await BeginAsync(target);
        var etag = await PartAsync(target, id, 1, Tail);
        Assert.Equal(204, (await fixture.Raw.SendAsync("DELETE", $"{target}?uploadId={id}")).Status);
        Assert.Equal("NoSuchUpload", (await fixture.Raw.SendAsync("DELETE", $"{target}?uploadId={id}")).Code);
        Assert.Equal("NoSuchUpload", (await fixture.Raw.SendAsync("GET", $"{target}?uploadId={id}")).Code);
        Assert.Equal("NoSuchUpload", (await fixture.Raw.SendAsync("PUT", $"{target}?partNumber=1&uploadId={id}", Tail)).Code);
        Assert.Equal("NoSuchUpload", (await Complete(target, id, (1, etag))).Code);
    }

    [Fact]
    public async Task ListParts_Pages_InOrderWithReplacements()
    {
        const string target = "/movies/parts";
        var id = await BeginAsync(target);
        foreach (var number in new[] { 3, 1, 2, 2 })
            await PartAsync(target, id, number, Bytes.Random(10 + number, number));
        var first = await fixture.Raw.SendAsync("GET", $"{target}?uploadId={id}&max-parts=2");
        Assert.Equal(["1", "2"], first.Values("PartNumber"));
        Assert.Equal(("true", "2"), (first.Value("IsTruncated"), first.Value("NextPartNumberMarker")));
        var second = await fixture.Raw.SendAsync("GET", $"{target}?uploadId={id}&max-parts=2&part-number-marker=2");
        Assert.Equal(["3"], second.Values("PartNumber"));
        Assert.Equal(("false", "13"), (second.Value("IsTruncated"), second.Value("Size")));
        await fixture.Host.RestartAsync();
        Assert.Equal(["1", "2", "3"], (await fixture.Raw.SendAsync("GET", $"{target}?uploadId={id}")).Values("PartNumber"));
    }

    [Fact]
    public async Task ListUploads_PrefixDelimiterAndPages_All()
    {
        foreach (var key in new[] { "lu/b", "lu/a", "lu/a", "lu/c/1", "lu/c/2", "other" })
            await BeginAsync("/movies/" + key);
        var all = await fixture.Raw.SendAsync("GET", "/movies?uploads&prefix=lu/");
        Assert.Equal(["lu/a", "lu/a", "lu/b", "lu/c/1", "lu/c/2"], all.Values("Key"));
        var grouped = await fixture.Raw.SendAsync("GET", "/movies?uploads&prefix=lu/&delimiter=/");
        Assert.Equal(["lu/a", "lu/a", "lu/b"], grouped.Values("Key"));
        Assert.Contains("lu/c/", grouped.Values("Prefix"));

        var (seen, marker) = (new List<string>(), "");
        for (var turn = 0; turn < 10; turn++)
        {
            var page = await fixture.Raw.SendAsync("GET", $"/movies?uploads&prefix=lu/&max-uploads=2{marker}");
            seen.AddRange(page.Values("Key"));
            if (page.Value("IsTruncated") == "false")
                break;
            marker = $"&key-marker={Uri.EscapeDataString(page.Value("NextKeyMarker")!)}&upload-id-marker={page.Value("NextUploadIdMarker")}";
        }

        Assert.Equal(["lu/a", "lu/a", "lu/b", "lu/c/1", "lu/c/2"], seen);
    }

    [Fact]
    public async Task UploadPartCopy_RangeOfAnObject_Copied()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/copy-source", Five);
        const string target = "/movies/copied";
        var id = await BeginAsync(target);
        var part = await fixture.Raw.SendAsync("PUT", $"{target}?partNumber=1&uploadId={id}", null, ("x-amz-copy-source", "/movies/copy-source"), ("x-amz-copy-source-range", "bytes=100-1099"));
        Assert.Equal(200, part.Status);
        Assert.Equal(200, (await Complete(target, id, (1, part.Value("ETag")!))).Status);
        Assert.Equal(Five[100..1100], (await fixture.Raw.SendAsync("GET", target)).Body);
    }

    [Theory]
    [InlineData("bytes=0-5242880", "InvalidRange")]
    [InlineData("bytes=5-1", "InvalidRange")]
    [InlineData("bytes=-5", "InvalidArgument")]
    [InlineData("bytes=0-2,3-5", "InvalidArgument")]
    public async Task UploadPartCopy_RangeOutsideTheSource_Refused(string range, string code)
    {
        await fixture.Raw.SendAsync("PUT", "/movies/copy-source", Five);
        var id = await BeginAsync("/movies/copied-range");
        var part = await fixture.Raw.SendAsync("PUT", $"/movies/copied-range?partNumber=1&uploadId={id}", null, ("x-amz-copy-source", "movies/copy-source"), ("x-amz-copy-source-range", range));
        Assert.Equal(code, part.Code);
    }

    private async Task<string> BeginAsync(string target, params (string, string)[] headers) =>
        (await fixture.Raw.SendAsync("POST", target + "?uploads", [], headers)).Value("UploadId")!;

    private async Task<string> PartAsync(string target, string id, int number, byte[] body) =>
        (await fixture.Raw.SendAsync("PUT", $"{target}?partNumber={number}&uploadId={id}", body)).Header("ETag")!;

    private Task<RawResponse> CompleteAsync(string target, string id, params string[] etags) =>
        Complete(target, id, [.. etags.Select((etag, i) => (i + 1, etag))]);

    private Task<RawResponse> Complete(string target, string id, params (int Number, string ETag)[] parts) => Complete(target, id, [], parts);

    private Task<RawResponse> Complete(string target, string id, (string, string)[] headers, params (int Number, string ETag)[] parts)
    {
        var document = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + string.Concat(parts.Select(p => $"<Part><PartNumber>{p.Number}</PartNumber><ETag>{p.ETag}</ETag></Part>")) + "</CompleteMultipartUpload>";
        return fixture.Raw.SendAsync("POST", $"{target}?uploadId={id}", Encoding.UTF8.GetBytes(document), headers);
    }
}
