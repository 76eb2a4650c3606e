using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Telemetry.V1;
using MoviesNow.Upload.V1;
using CatalogPlaybackReflection = MoviesNow.Catalog.V1.PlaybackServiceReflection;
using DeliveryPlaybackReflection = MoviesNow.Delivery.V1.PlaybackServiceReflection;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>The policy that the contract states for every method.</summary>
public static class MethodPolicies
{
    private static readonly FileDescriptor[] Contracts =
    [
        AuditServiceReflection.Descriptor,
        TitleServiceReflection.Descriptor,
        SeasonServiceReflection.Descriptor,
        AssetServiceReflection.Descriptor,
        ArtworkServiceReflection.Descriptor,
        StreamVariantServiceReflection.Descriptor,
        PackageServiceReflection.Descriptor,
        CatalogPlaybackReflection.Descriptor,
        BundleServiceReflection.Descriptor,
        ImportServiceReflection.Descriptor,
        ExportServiceReflection.Descriptor,
        UploadServiceReflection.Descriptor,
        MultipartUploadServiceReflection.Descriptor,
        ProxyUploadServiceReflection.Descriptor,
        BundleUploadServiceReflection.Descriptor,
        PackageUploadServiceReflection.Descriptor,
        SweepServiceReflection.Descriptor,
        DownloadLinkServiceReflection.Descriptor,
        DownloadTokenServiceReflection.Descriptor,
        DeliveryPlaybackReflection.Descriptor,
        PlaybackSessionServiceReflection.Descriptor,
        QoeServiceReflection.Descriptor,
        ViewerServiceReflection.Descriptor,
    ];

    private static readonly FrozenDictionary<string, MethodPolicy> Table = Methods()
        .Where(method => method.GetOptions() is { } options && options.HasExtension(MethodPolicyExtensions.Policy))
        .ToFrozenDictionary(PathOf, method => method.GetOptions().GetExtension(MethodPolicyExtensions.Policy), StringComparer.Ordinal);

    /// <summary>Every method of the contract.</summary>
    public static IEnumerable<MethodDescriptor> Methods() => Contracts.SelectMany(file => file.Services).SelectMany(service => service.Methods);

    /// <summary>The method's path, such as <c>/moviesnow.catalog.v1.TitleService/GetTitle</c>.</summary>
    public static string PathOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    /// <summary>True for the methods of gRPC's own services (health, reflection), whose protocols are not ours to change.</summary>
    internal static bool IsStandard(string? path) => path?.StartsWith("/grpc.", StringComparison.Ordinal) == true;

    /// <summary>The policy of a method by its path; null when it states none.</summary>
    public static MethodPolicy? Find(string path) => Table.GetValueOrDefault(path);
}
