using MoviesNow.Catalog.Validation;
using MoviesNow.Catalog.Validation.Objects;

namespace MoviesNow.Catalog.Tests.Validation;

public sealed class ObjectExaminationTests(BucketFixture bucket) : IClassFixture<BucketFixture>
{
    public static TheoryData<string> Rules => new(ObjectRules.All.Select(rule => rule.Id));

    [Fact]
    public async Task Examine_BucketWithoutAFault_FindsNothing()
    {
        var findings = await new StoredDraft().ExamineAsync(bucket);

        Assert.Empty(findings.WorstFirst());
        Assert.False(findings.IsIncomplete);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Examine_BrokenBucket_FindsExactlyThat(string rule)
    {
        var film = new StoredDraft();
        ObjectCases.All[rule].Break(film);

        var findings = await film.ExamineAsync(bucket);

        var found = findings.WorstFirst().ToArray();
        Assert.Equal(ObjectCases.ExpectedOf(rule, film).Order(StringComparer.Ordinal), found.Select(RowExaminationTests.Key).Order(StringComparer.Ordinal));
        var known = ObjectRules.All.Single(known => known.Id == rule);
        Assert.All(found, finding => Assert.Equal((known.Severity, known.Clause), (finding.Severity, finding.Clause)));
        Assert.All(found, finding => Assert.Matches(@"^[A-Z0-9].*\.$", finding.Message));
        Assert.All(found, finding => Assert.DoesNotContain("secret", finding.Message, StringComparison.Ordinal));
        Assert.Equal(rule is "PLAYLIST_TOO_LARGE" or "PLAYLIST_TOO_LONG", findings.IsIncomplete);
    }

    [Fact]
    public async Task Examine_ManyMissingSegments_NamesTwentyAndCountsTheRest()
    {
        var film = new StoredDraft();
        film.Change(film.Tier, lines => lines.InsertRange(15, Enumerable.Range(0, 21).SelectMany(i => new[] { "#EXTINF:0.001,", $"gone{i}.m4s" })));

        var found = (await film.ExamineAsync(bucket)).WorstFirst().Where(finding => finding.RuleId is "SEGMENT_MISSING").ToArray();

        Assert.Equal(21, found.Length);
        Assert.Equal("1 more segments are not in the bucket.", Assert.Single(found, finding => finding.Subject == film.Tier.Id).Message);
    }

    [Theory]
    [InlineData("https://other.example/0.m4s?X-Amz-Signature=secret")]
    [InlineData("//other.example/0.m4s")]
    [InlineData("/originals/x/0.m4s")]
    [InlineData("../../../originals/0.m4s")]
    [InlineData("sub/../0.m4s")]
    [InlineData("./0.m4s")]
    [InlineData("%2e%2e/0.m4s")]
    [InlineData("0.m4s?token=secret")]
    [InlineData("..\\0.m4s")]
    [InlineData("file:0.m4s")]
    [InlineData("a//0.m4s")]
    public async Task Examine_UriThatIsNoneOfTheFolder_IsToldAndNeverFollowed(string uri)
    {
        var film = new StoredDraft();
        film.Change(film.Tier, lines =>
        {
            lines[8] = uri;
            lines[6] = $"#EXT-X-MAP:URI=\"{uri}\"";
        });
        film.Tier.SizeBytes = 0;

        var found = (await film.ExamineAsync(bucket)).WorstFirst().ToArray();

        Assert.Equal(2, found.Count(finding => finding.RuleId is "SEGMENT_OUTSIDE" && finding.Subject == film.Tier.Id));
        Assert.All(found, finding => Assert.DoesNotContain("secret", finding.Subject + finding.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Examine_FoldersWithinEachOther_TakesNoVariantForAnOrphan()
    {
        var film = new StoredDraft();
        var outer = $"{film.FolderOf(film.Tier)[..^(film.Tier.Id.Length + 1)]}";
        foreach (var name in new[] { "index.m3u8", "init.mp4", "0.m4s", "1.m4s", "2.m4s", "3.m4s" })
        {
            film.Objects[outer + name] = film.Objects[film.FolderOf(film.Tier) + name];
            film.Objects.Remove(film.FolderOf(film.Tier) + name);
        }

        film.Tier.StorageKey = outer + "index.m3u8";

        Assert.Empty((await film.ExamineAsync(bucket)).WorstFirst());
    }

    [Fact]
    public async Task Examine_MoreThanTheLimits_LooksAtThatMuchAndSaysSo()
    {
        foreach (var limits in new ObjectLimits[] { new() { MaxObjects = 3 }, new() { MaxVariants = 1 }, new() { MaxVariantsOfAsset = 1 }, new() { MaxAssets = 1 } })
        {
            var findings = await new StoredDraft().ExamineAsync(bucket, limits);
            Assert.True(findings.IsIncomplete);
            Assert.Empty(findings.WorstFirst());
        }
    }

    [Fact]
    public async Task Examine_NoTimeLeft_AnswersWithWhatItHas()
    {
        var findings = await new StoredDraft().ExamineAsync(bucket, new() { Deadline = TimeSpan.Zero });

        Assert.True(findings.IsIncomplete);
        Assert.Empty(findings.WorstFirst());
    }

    [Fact]
    public async Task Examine_CallerWhoLeft_IsCancelled()
    {
        using var examination = bucket.Examination();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => examination.ExamineAsync(MediaDraft.Film().Media(), new Findings(), new CancellationToken(canceled: true)));
    }
}
