using System.Diagnostics.Metrics;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Upload.Uploads;

/// <summary>Metrics <c>moviesnow.upload.*</c>. None names a key, owner or URL.</summary>
internal sealed class UploadTelemetry : IDisposable
{
    public const string Name = "MoviesNow.Upload";

    private readonly Meter _meter;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _completed;
    private readonly Counter<long> _verified;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _leftBehind;
    private readonly Counter<long> _restarted;
    private readonly Counter<long> _leftovers;
    private readonly Counter<long> _leftoverBytes;

    public UploadTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _opened = _meter.CreateCounter<long>("moviesnow.upload.opened", "{upload}", "Uploads opened, by `purpose` and `method`.");
        _completed = _meter.CreateCounter<long>("moviesnow.upload.completed", "{upload}", "Uploads checked and recorded, by `purpose` and `method`.");
        _verified = _meter.CreateCounter<long>("moviesnow.upload.verified", "By", "Bytes of uploads that were checked and recorded, by `purpose`.");
        _rejected = _meter.CreateCounter<long>(
            "moviesnow.upload.rejected", "{object}", "Objects that failed their check (size, headers, checksum, ZIP), by `purpose` and `reason`.");
        _closed = _meter.CreateCounter<long>(
            "moviesnow.upload.closed", "{upload}", "Uploads that ended without being recorded, by `purpose` and `outcome`: aborted, expired, discarded.");
        _leftBehind = _meter.CreateCounter<long>("moviesnow.upload.cleanup.deferred", "{upload}", "Clean-ups that failed and are left for later.");
        _restarted = _meter.CreateCounter<long>(
            "moviesnow.upload.restarted", "{upload}",
            "Uploads begun again from nothing, by `purpose` and `reason`: their object failed its check, or the storage dropped their parts.");
        _leftovers = _meter.CreateCounter<long>("moviesnow.upload.leftover.removed", "{object}", "Objects removed that late writes of closed uploads left.");
        _leftoverBytes = _meter.CreateCounter<long>("moviesnow.upload.leftover.reclaimed", "By", "Bytes of objects that late writes of closed uploads left.");
    }

    public void Opened(UploadSession session) => _opened.Add(1, Purpose(session), new("method", session.Method.ToString()));

    public void Completed(UploadSession session)
    {
        _completed.Add(1, Purpose(session), new("method", session.Method.ToString()));
        _verified.Add(session.Size, Purpose(session));
    }

    public void Rejected(UploadSession session, ErrorReason reason) =>
        _rejected.Add(1, Purpose(session), new("reason", ErrorReasons.NameOf(reason)));

    public void Closed(UploadSession session) => _closed.Add(1, Purpose(session), new("outcome", session.CloseAs?.ToString()));

    public void CleanUpDeferred() => _leftBehind.Add(1);

    public void Restarted(UploadSession session, SessionProblem problem) => _restarted.Add(1, Purpose(session), new("reason", problem.Reason));

    public void LeftoverRemoved(long bytes)
    {
        _leftovers.Add(1);
        _leftoverBytes.Add(bytes);
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Purpose(UploadSession session) => new("purpose", session.Purpose.ToString());
}
