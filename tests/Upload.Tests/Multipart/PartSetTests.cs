using MoviesNow.Storage;
using MoviesNow.Upload.Multipart;
using MoviesNow.Upload.V1;

namespace UploadTests.Multipart;

public sealed class PartSetTests
{
    private static readonly PartLayout Plan = PartLayout.Of((2 * PartLayout.MinPartSize) + 7, PartLayout.MinPartSize);

    [Fact]
    public void ToJoin_EverythingStored_IsAscendingWhateverTheOrder()
    {
        var joined = PartSet.ToJoin(Plan, [Stored(3, 7), Stored(1), Stored(2)], []);
        Assert.Equal([1, 2, 3], joined!.Select(part => part.Number));
    }

    [Fact]
    public void ToJoin_PartsBeyondThePlan_AreLeftOut() =>
        Assert.Equal(3, PartSet.ToJoin(Plan, [Stored(1), Stored(2), Stored(3, 7), Stored(4)], [])!.Count);

    [Fact]
    public void ToJoin_NamedInAnyOrderWithQuotes_IsAccepted() =>
        Assert.NotNull(PartSet.ToJoin(Plan, All(), [Named(3), Named(1, "\"e1\""), Named(2)]));

    public static TheoryData<string> Bad => ["gap", "last too long", "first too short", "named gap", "named etag", "named size", "named beyond"];

    [Theory]
    [MemberData(nameof(Bad))]
    public void ToJoin_AnythingMissingOrDifferent_IsRefused(string flaw)
    {
        (StoredPart[] Stored, UploadedPart[] Named) parts = flaw switch
        {
            "gap" => ([Stored(1), Stored(3, 7)], []),
            "last too long" => ([Stored(1), Stored(2), Stored(3, 8)], []),
            "first too short" => ([Stored(1, PartLayout.MinPartSize - 1), Stored(2), Stored(3, 7)], []),
            "named gap" => (All(), [Named(1), Named(3)]),
            "named etag" => (All(), [Named(1), Named(2, "other"), Named(3)]),
            "named size" => (All(), [Named(1), Named(2), Named(3, size: 8)]),
            _ => (All(), [Named(1), Named(2), Named(4)]),
        };
        Assert.Null(PartSet.ToJoin(Plan, parts.Stored, parts.Named));
    }

    [Fact]
    public void Problem_PartsThatDoNotFit_NamesThem()
    {
        Assert.Equal(
            "not in the bucket: part 2 of 3; of another size than planned: part 3 (part 3 has 8 bytes instead of 7)",
            Problem(Plan, [Stored(1), Stored(3, 8)], 2, 3));
        Assert.Equal(
            "of another size than planned: parts 1, 2 (part 1 has 5,242,879 bytes instead of 5,242,880)",
            Problem(Plan, [Stored(1, PartLayout.MinPartSize - 1), Stored(2, PartLayout.MinPartSize + 1), Stored(3, 7)], 1, 2));
        var large = PartLayout.Of(2_000 * PartLayout.MinPartSize, PartLayout.MinPartSize);
        Assert.Equal(
            "not in the bucket: parts 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1,989 more of 2,000", Problem(large, [Stored(1)], [.. Enumerable.Range(2, 1_999)]));
    }

    [Fact]
    public void Problem_NamedPartsThatDoNotFit_NamesThem()
    {
        Assert.Equal(
            "in the bucket with another entity tag or size than named: parts 1, 2",
            Problem([Named(1, "e2"), Named(2, "\"other\""), Named(3)], 1, 2));
        Assert.Equal("in the bucket with another entity tag or size than named: part 3", Problem([Named(1), Named(2), Named(3, size: 8)], 3));
        Assert.Equal("in the bucket and not named: part 2", Problem([Named(1), Named(3)], 2));
        Assert.Equal("named and not in the plan: part 4", Problem([Named(1), Named(2), Named(4)], 4));
    }

    [Fact]
    public void Missing_SomeStoredOneOfAWrongSize_NamesTheRest() =>
        Assert.Equal([2, 3], PartSet.Missing(Plan, [Stored(1), Stored(3, 6)]));

    private static string Problem(UploadedPart[] named, params int[] numbers) => Problem(Plan, All(), numbers, named);

    private static string Problem(PartLayout plan, StoredPart[] stored, params int[] numbers) => Problem(plan, stored, numbers, []);

    private static string Problem(PartLayout plan, StoredPart[] stored, int[] numbers, UploadedPart[] named)
    {
        Assert.Null(PartSet.ToJoin(plan, stored, named));
        var problem = PartSet.Problem(plan, stored, named);
        Assert.Equal(numbers, problem.Numbers);
        return problem.Detail;
    }

    private static StoredPart[] All() => [Stored(1), Stored(2), Stored(3, 7)];

    private static StoredPart Stored(int number, long size = PartLayout.MinPartSize) => new(number, size, $"e{number}", Sha256: null);

    private static UploadedPart Named(int number, string? etag = null, long size = 0) =>
        new() { PartNumber = number, Etag = etag ?? $"e{number}", SizeBytes = size };
}
