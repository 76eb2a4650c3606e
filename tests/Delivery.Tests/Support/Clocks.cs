namespace MoviesNow.Delivery.Tests.Support;

/// <summary>The machine's clock, put forward.</summary>
internal sealed class MovingClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Shift;
}

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => Now;
}
