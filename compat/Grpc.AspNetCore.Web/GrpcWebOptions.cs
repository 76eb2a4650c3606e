namespace Grpc.AspNetCore.Web;

/// <summary>Options of <c>UseGrpcWeb</c>.</summary>
public class GrpcWebOptions
{
    /// <summary>Whether endpoints speak gRPC-Web that do not say themselves whether they do. By default they do not.</summary>
    public bool DefaultEnabled { get; set; }
}
