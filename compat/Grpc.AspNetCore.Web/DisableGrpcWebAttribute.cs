namespace Grpc.AspNetCore.Web;

/// <summary>The service, or the method, does not speak gRPC-Web, whatever the default is.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableGrpcWebAttribute : Attribute, IGrpcWebEnabledMetadata
{
    /// <inheritdoc />
    public bool GrpcWebEnabled => false;
}
