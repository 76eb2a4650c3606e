using Grpc.Core;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Proxy;

/// <summary>Small files through the service itself.</summary>
internal sealed class ProxyUploadGrpcService(SmallFileChecks checks, SmallFileReceiver receiver, ProxyUploader uploader)
    : ProxyUploadService.ProxyUploadServiceBase
{
    public override async Task<UploadSmallFileResponse> UploadSmallFile(UploadSmallFileRequest request, ServerCallContext context)
    {
        using var received = ReceivedFile.Of(request.Data);
        var file = checks.Read(request.Header);
        file.RequireMatch(received);
        var session = await uploader.StoreAsync(file, received, context.Subject(), KeyOf(context), context.EffectId(), context.CancellationToken);
        return new UploadSmallFileResponse { Upload = session.ToMessage(), AssetId = session.AssetId?.ToString() ?? "" };
    }

    public override async Task<StreamSmallFileResponse> StreamSmallFile(IAsyncStreamReader<StreamSmallFileRequest> requestStream, ServerCallContext context)
    {
        var header = await requestStream.MoveNext(context.CancellationToken) ? requestStream.Current.Header : null;
        var file = checks.Read(header);
        using var received = await receiver.ReceiveAsync(requestStream, file, context.CancellationToken);
        file.RequireMatch(received);

        // The same as a unary call that declares what arrived.
        header!.Sha256 = received.Sha256.Hex;
        var effectId = context.EffectIdOf(header);
        var session = await uploader.StoreAsync(file, received, context.Subject(), KeyOf(context), effectId, context.CancellationToken);
        return new StreamSmallFileResponse { Upload = session.ToMessage(), AssetId = session.AssetId?.ToString() ?? "" };
    }

    private static string? KeyOf(ServerCallContext context) =>
        context.RequestHeaders.GetValue(IdempotencyKey.Header) is { Length: > 0 } given ? given : null;
}
