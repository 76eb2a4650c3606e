using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Live;

/// <summary>Which sessions a caller watches; null and empty for all.</summary>
internal sealed record LiveFilter(Guid? TitleId, string Country)
{
    public bool Includes(LiveCell cell) =>
        (TitleId is null || TitleId == cell.TitleId) && (Country.Length == 0 || string.Equals(Country, cell.Country, StringComparison.Ordinal));
}

/// <summary>What a caller watches.</summary>
/// <param name="Filter">The sessions.</param>
/// <param name="Measurements">It gets one of so many measurements.</param>
internal sealed record LiveRequest(LiveFilter Filter, int Measurements)
{
    private const int MaxSeconds = 60;

    /// <exception cref="RpcException">INVALID_ARGUMENT per field.</exception>
    public static LiveRequest Read(WatchLiveRequest request)
    {
        var check = new RequestCheck();
        var interval = request.Interval ?? new Duration { Seconds = 1 };
        check.Require(
            interval is { Seconds: >= 1 and < MaxSeconds, Nanos: >= 0 } or { Seconds: MaxSeconds, Nanos: 0 }, "interval", "must be 1 to 60 seconds");
        var filter = new LiveFilter(check.OptionalId("title_id", request.TitleId), check.Country("country", request.Country));
        check.ThrowIfInvalid();
        return new LiveRequest(filter, (int)interval.Seconds + (interval.Nanos > 0 ? 1 : 0));
    }
}
