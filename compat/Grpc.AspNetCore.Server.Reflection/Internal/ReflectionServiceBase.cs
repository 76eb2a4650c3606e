using Google.Protobuf.Reflection;
using Grpc.Core;
using V1 = Grpc.Reflection.V1;
using V1Alpha = Grpc.Reflection.V1Alpha;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>What generated code is for a service of one version, for both: <c>MapGrpcReflectionService</c> returns one builder.</summary>
[BindServiceMethod(typeof(ReflectionServiceBinder), nameof(ReflectionServiceBinder.BindService))]
internal abstract class ReflectionServiceBase
{
    public abstract Task ServerReflectionInfo(
        IAsyncStreamReader<V1.ServerReflectionRequest> requestStream,
        IServerStreamWriter<V1.ServerReflectionResponse> responseStream,
        ServerCallContext context);

    public abstract Task ServerReflectionInfo(
        IAsyncStreamReader<V1Alpha.ServerReflectionRequest> requestStream,
        IServerStreamWriter<V1Alpha.ServerReflectionResponse> responseStream,
        ServerCallContext context);
}

internal static class ReflectionServiceBinder
{
    public static ServiceDescriptor V1Descriptor => V1.ServerReflection.Descriptor;

    public static ServiceDescriptor V1AlphaDescriptor => V1Alpha.ServerReflection.Descriptor;

    public static void BindService(ServiceBinderBase serviceBinder, ReflectionServiceBase? service)
    {
        V1.ServerReflection.BindService(serviceBinder, null);
        V1Alpha.ServerReflection.BindService(serviceBinder, null);
    }
}
