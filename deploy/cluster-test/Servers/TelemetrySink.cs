using System.Net;
using MoviesNow.ClusterTest.Network;
using MoviesNow.Testing.Hosting.Otlp;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>Where services send traces, metrics and logs: read and thrown away.</summary>
internal static class TelemetrySink
{
    private const int Port = 4317;

    public static string Address => $"http://{Machine.Here}:{Port}";

    public static Task<OtlpReceiver> StartAsync() => OtlpReceiver.StartAsync(keeps: false, new IPEndPoint(IPAddress.Parse(Machine.Here), Port));
}
