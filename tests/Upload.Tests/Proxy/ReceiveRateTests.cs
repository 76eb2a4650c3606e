using MoviesNow.Upload.Proxy;

namespace UploadTests.Proxy;

public sealed class ReceiveRateTests
{
    [Theory]
    [InlineData(0, 0, 5_000)]
    [InlineData(0, 4_000, 1_000)]
    [InlineData(0, 5_000, 0)]
    [InlineData(0, 9_000, 0)]
    [InlineData(1_000, 5_000, 1_000)]
    [InlineData(500, 5_000, 500)]
    [InlineData(60_000, 5_000, 60_000)]
    public void Wait_AfterBytesAndWaiting_IsGraceAndWhatTheBytesEarned(long received, int waitedMs, int leftMs)
    {
        var clock = new Clock();
        var rate = new ReceiveRate(new ProxyOptions { MinBytesPerSecond = 1_000, MinRateGrace = TimeSpan.FromSeconds(5) }, clock);
        rate.Wait(0);
        clock.Now += waitedMs;
        rate.Arrived();
        Assert.Equal(TimeSpan.FromMilliseconds(leftMs), rate.Wait(received));
    }

    [Fact]
    public void Wait_AfterWorkOfTheService_IsNoShorter()
    {
        var clock = new Clock();
        var rate = new ReceiveRate(new ProxyOptions { MinBytesPerSecond = 1_000, MinRateGrace = TimeSpan.FromSeconds(5) }, clock);
        rate.Wait(0);
        rate.Arrived();
        clock.Now += 60_000;
        Assert.Equal(TimeSpan.FromSeconds(5), rate.Wait(0));
    }

    [Fact]
    public void Wait_WithoutARate_HasNoEnd() =>
        Assert.Equal(Timeout.InfiniteTimeSpan, new ReceiveRate(new ProxyOptions { MinBytesPerSecond = 0 }, new Clock()).Wait(0));

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Now;
    }
}
