using System.Diagnostics.Metrics;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Packages;

/// <summary>Metrics <c>moviesnow.upload.package.*</c>. None names a key, owner or URL.</summary>
internal sealed class PackageTelemetry : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _completed;
    private readonly Counter<long> _verified;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _reclaimed;

    public PackageTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(UploadTelemetry.Name);
        _opened = _meter.CreateCounter<long>("moviesnow.upload.package.opened", "{package}", "HLS packages opened.");
        _completed = _meter.CreateCounter<long>("moviesnow.upload.package.completed", "{package}", "HLS packages checked and published.");
        _verified = _meter.CreateCounter<long>("moviesnow.upload.package.verified", "By", "Bytes of HLS packages that were published.");
        _rejected = _meter.CreateCounter<long>("moviesnow.upload.package.rejected", "{package}", "HLS packages that failed their check.");
        _closed = _meter.CreateCounter<long>(
            "moviesnow.upload.package.closed", "{package}", "HLS packages that ended without being published, by `outcome`.");
        _reclaimed = _meter.CreateCounter<long>("moviesnow.upload.package.reclaimed", "By", "Bytes of HLS packages that were removed from the bucket.");
    }

    public void Opened() => _opened.Add(1);

    public void Completed(PackageSession package)
    {
        _completed.Add(1);
        _verified.Add(package.TotalBytes);
    }

    public void Rejected() => _rejected.Add(1);

    public void Closed(PackageSession package) => _closed.Add(1, new KeyValuePair<string, object?>("outcome", package.Phase.ToString()));

    public void Reclaimed(long bytes) => _reclaimed.Add(bytes);

    public void Dispose() => _meter.Dispose();
}
