using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using V1 = Grpc.Reflection.V1;
using V1Alpha = Grpc.Reflection.V1Alpha;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>Both versions of the protocol in one service, because one call maps them.</summary>
[BindServiceMethod(typeof(ReflectionServiceBinder), nameof(ReflectionServiceBinder.BindService))]
internal sealed class ReflectionService(ServiceCatalog catalog)
{
    public async Task ServerReflectionInfo(
        IAsyncStreamReader<V1.ServerReflectionRequest> requestStream,
        IServerStreamWriter<V1.ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(Reflector.Answer(requestStream.Current, catalog), context.CancellationToken);
    }

    public async Task ServerReflectionInfo(
        IAsyncStreamReader<V1Alpha.ServerReflectionRequest> requestStream,
        IServerStreamWriter<V1Alpha.ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        // The messages of the two versions are the same on the wire.
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString());
            var response = Reflector.Answer(request, catalog).ToByteString();
            await responseStream.WriteAsync(V1Alpha.ServerReflectionResponse.Parser.ParseFrom(response), context.CancellationToken);
        }
    }
}

/// <summary>What generated code is for a service of one version, for both.</summary>
internal static class ReflectionServiceBinder
{
    public static ServiceDescriptor V1Descriptor => V1.ServerReflection.Descriptor;

    public static ServiceDescriptor V1AlphaDescriptor => V1Alpha.ServerReflection.Descriptor;

    public static void BindService(ServiceBinderBase serviceBinder, ReflectionService? service)
    {
        V1.ServerReflection.BindService(serviceBinder, null);
        V1Alpha.ServerReflection.BindService(serviceBinder, null);
    }
}
