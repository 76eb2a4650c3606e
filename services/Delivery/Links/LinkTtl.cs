namespace MoviesNow.Delivery.Links;

/// <summary>How long a link works.</summary>
internal static class LinkTtl
{
    /// <summary>
    /// What was asked, clamped to the limits, or the default when nothing was; and never beyond the moment at which the bundle
    /// expires, even if that is sooner than the least.
    /// </summary>
    /// <param name="limits">The limits of the deployment.</param>
    /// <param name="askedSeconds">Seconds; 0 when nothing was asked.</param>
    /// <param name="untilBundleExpires">Time that the bundle has left; positive.</param>
    public static TimeSpan Clamp(LinkTtlOptions limits, int askedSeconds, TimeSpan untilBundleExpires)
    {
        var seconds = askedSeconds == 0 ? limits.DefaultSeconds : Math.Clamp(askedSeconds, limits.MinSeconds, limits.MaxSeconds);
        var left = Math.Max(1, (long)untilBundleExpires.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Min(seconds, left));
    }
}
