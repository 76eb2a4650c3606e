using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Proxy;

/// <summary>The sizes that the contract allows.</summary>
internal static class ProxyLimits
{
    /// <summary>Bytes of a file.</summary>
    public const int MaxFile = 10 << 20;

    /// <summary>Bytes of a file in one message of a stream.</summary>
    public const int MaxChunk = 1 << 20;

    /// <summary>Bytes of a message: a whole file, with the header beside it.</summary>
    public const int MaxMessage = MaxFile + Fields;

    /// <summary>Bytes that the server takes of a body before it is read.</summary>
    public const int Window = 128 << 10;

    // What a message has beside the file's bytes. A file name and a media type are short.
    private const int Fields = 64 << 10;

    private static readonly PathString Unary = PathOf(nameof(ProxyUploadService.ProxyUploadServiceBase.UploadSmallFile));
    private static readonly PathString Streaming = PathOf(nameof(ProxyUploadService.ProxyUploadServiceBase.StreamSmallFile));

    /// <summary>How long a message of a method may be; null for methods that are not the proxy's.</summary>
    public static int? MessageLimitOf(PathString path) =>
        path == Unary ? MaxMessage
        : path == Streaming ? MaxChunk + Fields
        : null;

    /// <summary>The refusal of what is larger than a file may be.</summary>
    public static RpcException TooLarge() => RpcErrors.Of(ErrorReason.ProxyTooLarge);

    private static PathString PathOf(string method) =>
        MethodPolicies.PathOf(ProxyUploadServiceReflection.Descriptor.Services[0].FindMethodByName(method));
}
