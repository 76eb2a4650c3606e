using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>A method for which the contract states no policy is open to nobody, of whatever kind it is.</summary>
public sealed class UnstatedMethodTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(app => app.MapGrpcService<Stray>());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(MethodType.Unary)]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task Call_MethodWithoutPolicy_IsRefusedEvenToAnAdmin(MethodType kind)
    {
        var invoker = _host.As(Who.Admin);

        await RpcAssert.FailsAsync(ErrorReason.MethodNotAllowed, () => kind switch
        {
            MethodType.Unary => invoker.AsyncUnaryCall(StrayBase.MethodOf(kind), null, default, []).ResponseAsync,
            MethodType.ClientStreaming => invoker.AsyncClientStreamingCall(StrayBase.MethodOf(kind), null, default).ResponseAsync,
            MethodType.ServerStreaming => invoker.AsyncServerStreamingCall(StrayBase.MethodOf(kind), null, default, []).ResponseStream.MoveNext(default),
            _ => invoker.AsyncDuplexStreamingCall(StrayBase.MethodOf(kind), null, default).ResponseStream.MoveNext(default),
        });
    }

    /// <summary>A service that somebody mapped beside the contract.</summary>
    internal sealed class Stray : StrayBase;

    [BindServiceMethod(typeof(StrayBase), nameof(Bind))]
    internal abstract class StrayBase
    {
        private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(message => message, bytes => bytes);

        public static Method<byte[], byte[]> MethodOf(MethodType kind) => new(kind, "moviesnow.stray.v1.StrayService", kind.ToString(), Bytes, Bytes);

        public static void Bind(ServiceBinderBase binder, StrayBase? service)
        {
            binder.AddMethod(MethodOf(MethodType.Unary), (UnaryServerMethod<byte[], byte[]>)null!);
            binder.AddMethod(MethodOf(MethodType.ClientStreaming), (ClientStreamingServerMethod<byte[], byte[]>)null!);
            binder.AddMethod(MethodOf(MethodType.ServerStreaming), (ServerStreamingServerMethod<byte[], byte[]>)null!);
            binder.AddMethod(MethodOf(MethodType.DuplexStreaming), (DuplexStreamingServerMethod<byte[], byte[]>)null!);
        }

        public virtual Task<byte[]> Unary(byte[] request, ServerCallContext context) => Task.FromResult(request);

        public virtual Task<byte[]> ClientStreaming(IAsyncStreamReader<byte[]> requestStream, ServerCallContext context) => Task.FromResult<byte[]>([]);

        public virtual Task ServerStreaming(byte[] request, IServerStreamWriter<byte[]> responseStream, ServerCallContext context) => Task.CompletedTask;

        public virtual Task DuplexStreaming(
            IAsyncStreamReader<byte[]> requestStream, IServerStreamWriter<byte[]> responseStream, ServerCallContext context) => Task.CompletedTask;
    }
}
