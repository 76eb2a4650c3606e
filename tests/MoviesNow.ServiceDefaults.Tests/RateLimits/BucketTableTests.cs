using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.RateLimits;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

public sealed class BucketTableTests
{
    private const long Lifetime = 120_000;
    private const long Start = 1_000_000_000_000;

    private static readonly RateLimit Limit = new("test/Method", "test/Method", new SlidingWindow(2, 60_000));

    [Fact]
    public void Get_MoreCallersThanFit_KeepsNoMoreThanTheCapacity()
    {
        var table = new BucketTable(100, Lifetime);

        for (var i = 0; i < 100_000; i++)
        {
            table.Get(KeyOf($"caller {i}"), Start);
        }

        Assert.InRange(table.Count, 50, 100);
    }

    [Fact]
    public void Get_CallerWhoComesAgain_OutlivesThoseWhoDoNot()
    {
        var table = new BucketTable(100, Lifetime);
        var regular = table.Get(KeyOf("regular"), Start);

        for (var i = 0; i < 10_000; i++)
        {
            table.Get(KeyOf($"caller {i}"), Start);
            Assert.Same(regular, table.Get(KeyOf("regular"), Start));
        }
    }

    [Fact]
    public void Get_CallerWhoWasAway_IsForgottenAfterTwoLifetimes()
    {
        var table = new BucketTable(100, Lifetime);
        var away = table.Get(KeyOf("away"), Start);

        table.Get(KeyOf("one"), Start + Lifetime + 1);
        Assert.Same(away, table.Get(KeyOf("away"), Start + Lifetime + 2));
        table.Get(KeyOf("two"), Start + (3 * Lifetime));
        table.Get(KeyOf("three"), Start + (5 * Lifetime));

        Assert.NotSame(away, table.Get(KeyOf("away"), Start + (5 * Lifetime)));
        Assert.InRange(table.Count, 1, 3);
    }

    [Fact]
    public async Task Get_OneCallerFromManyThreads_IsOneBucket()
    {
        var table = new BucketTable(1_000, Lifetime);

        var admitted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 1_000).Count(i => table.Get(KeyOf($"caller {i % 100}"), Start).TakeAlone(Start).IsAdmitted))));

        Assert.Equal(100 * 2, admitted.Sum());
    }

    private static BucketKey KeyOf(string subject) => new(Limit, new CallerId(CallerKind.Subject, subject));
}
