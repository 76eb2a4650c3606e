using MoviesNow.ClusterTest.Network;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>One of the four services, as the cluster knows it.</summary>
/// <param name="Name">Its name, such as <c>Catalog</c>.</param>
/// <param name="Port">Port of its endpoint <c>grpc</c>, on its replicas and on HAProxy; <c>http</c> is one above.</param>
/// <param name="FirstAddress">Last part of the address of its first replica.</param>
/// <param name="Database">Its database; null when it has none.</param>
internal sealed record Service(string Name, int Port, int FirstAddress, string? Database)
{
    public static readonly Service Catalog = new("Catalog", 5110, 51, "catalogdb");
    public static readonly Service Upload = new("Upload", 5120, 61, "uploaddb");
    public static readonly Service Delivery = new("Delivery", 5130, 71, Database: null);
    public static readonly Service Telemetry = new("Telemetry", 5140, 81, "telemetrydb");

    public static IReadOnlyList<Service> All { get; } = [Catalog, Upload, Delivery, Telemetry];

    /// <summary>Its name in lower case, as service discovery has it.</summary>
    public string Key => Name.ToLowerInvariant();

    /// <summary>Where one of its replicas tells its health.</summary>
    public string HealthOf(Node replica) => $"http://{replica.Address}:{Port + 1}/health/ready";
}
