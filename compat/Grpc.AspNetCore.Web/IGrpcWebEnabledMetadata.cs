namespace Grpc.AspNetCore.Web;

/// <summary>Metadata of an endpoint: whether it speaks gRPC-Web. The last that an endpoint has decides.</summary>
public interface IGrpcWebEnabledMetadata
{
    /// <summary>Whether the endpoint speaks gRPC-Web.</summary>
    bool GrpcWebEnabled { get; }
}
