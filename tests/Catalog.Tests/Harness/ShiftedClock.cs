namespace MoviesNow.Catalog.Tests.Harness;

/// <summary>The machine's clock, ahead of or behind its time.</summary>
internal sealed class ShiftedClock(TimeSpan shift) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;
}
