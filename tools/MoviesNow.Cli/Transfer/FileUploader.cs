using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Transfer;

/// <summary>Brings the bytes of an open upload into the bucket, whatever is missing of them, and completes it.</summary>
internal sealed class FileUploader(
    UploadService.UploadServiceClient uploads, MultipartUploadService.MultipartUploadServiceClient multipart, ParallelSender sender, PatientCalls calls)
{
    // Each begins with what the service says to be missing: more than a few would be missing for ever.
    private const int MaxRounds = 5;

    private static readonly HashSet<string> LossReasons = new(
        ((ErrorReason[])
        [
            ErrorReason.PartsIncomplete, ErrorReason.ObjectMissing, ErrorReason.SizeMismatch, ErrorReason.HeadersMismatch, ErrorReason.ChecksumMismatch,
        ]).Select(ErrorReasons.NameOf),
        StringComparer.Ordinal);

    private readonly UploadParts _parts = new(multipart, calls);

    /// <summary>Sends an upload that was just opened, then has it checked and recorded.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="put">Its request, when it is sent with one.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Is told what happens.</param>
    /// <param name="cancellationToken">Gives up; what was sent stays for a resumption.</param>
    public Task<FinalizeUploadResponse> UploadAsync(
        Upload.V1.Upload upload, PresignedRequest? put, SourceFile file, ITransferProgress progress, CancellationToken cancellationToken)
    {
        var all = put is null
            ? new Missing([.. Enumerable.Range(1, upload.PartPlan.PartCount)], null, upload.SizeBytes)
            : new Missing([], put, upload.SizeBytes);
        return FinishAsync(upload, all, file, progress, cancellationToken);
    }

    /// <summary>Sends what is missing of an upload that was interrupted, then has it checked and recorded.</summary>
    public async Task<FinalizeUploadResponse> ResumeAsync(
        Upload.V1.Upload upload, SourceFile file, ITransferProgress progress, CancellationToken cancellationToken) =>
        await FinishAsync(upload, await MissingAsync(upload, cancellationToken), file, progress, cancellationToken);

    private async Task<FinalizeUploadResponse> FinishAsync(
        Upload.V1.Upload upload, Missing missing, SourceFile file, ITransferProgress progress, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                progress.Begin("Sending", missing.Bytes);
                await SendAsync(upload, missing, file, progress.Moved, cancellationToken);
                file.RequireUnchanged();
                progress.Begin("Checking", 0);
                return await CompleteAsync(upload, cancellationToken);
            }
            catch (Exception exception) when (round < MaxRounds && MayBeMissing(exception))
            {
                missing = await MissingAsync(upload, cancellationToken);
                if (missing.Bytes == 0)
                {
                    // All is there, and still refused.
                    file.RequireUnchanged();
                    throw;
                }
            }
        }
    }

    /// <summary>Whether sending again what is missing may help: storage lost what it had, or the service threw away what was damaged.</summary>
    private static bool MayBeMissing(Exception exception) => exception switch
    {
        StorageRefusedException refused => refused.Refusal.IsUploadGone,
        RpcException call => RpcErrors.InfoOf(call)?.Reason is { } reason && LossReasons.Contains(reason),
        _ => false,
    };

    private async Task<Missing> MissingAsync(Upload.V1.Upload upload, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(upload.Id, cancellationToken);
        if (answer.BytesComplete)
        {
            return new Missing([], null, 0);
        }

        if (answer.Put is { } put)
        {
            return new Missing([], put, upload.SizeBytes);
        }

        var numbers = await _parts.MissingAsync(upload, cancellationToken);
        return new Missing(numbers, null, numbers.Sum(number => UploadParts.SizeOf(upload.PartPlan, number)));
    }

    private async Task SendAsync(Upload.V1.Upload upload, Missing missing, SourceFile file, Action<long> sent, CancellationToken cancellationToken)
    {
        if (missing.Put is not { } put)
        {
            await sender.SendAsync(_parts.SignAsync(upload.Id, file, missing.Numbers, cancellationToken), sent, cancellationToken);
            return;
        }

        file.RequireUnchanged();
        var slice = new SignedSlice(
            new FileSlice(file.Path, 0, upload.SizeBytes),
            put,
            // No request is given for an object that is there: then the refusal of the old one stands.
            async token => (await AskAsync(upload.Id, token)).Put ?? put);
        try
        {
            await sender.SendAsync(slice, sent, cancellationToken);
        }
        catch (StorageRefusedException refused) when (refused.Refusal.IsPresent)
        {
            // An earlier attempt arrived, and only its answer was lost: the check tells.
            sent(upload.SizeBytes);
        }
    }

    /// <summary>Has the object checked, which may take longer than a call: the service reads on, and a repeated call joins it.</summary>
    private Task<FinalizeUploadResponse> CompleteAsync(Upload.V1.Upload upload, CancellationToken cancellationToken) => calls.UntilDoneAsync(
        async () =>
        {
            if (upload.Method is not UploadMethod.Multipart)
            {
                return await uploads.FinalizeUploadAsync(new FinalizeUploadRequest { UploadId = upload.Id }, cancellationToken: cancellationToken);
            }

            // The storage lists the parts: some may have been sent by a run before this one.
            var completed = await multipart.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { UploadId = upload.Id }, cancellationToken: cancellationToken);
            return new FinalizeUploadResponse { Upload = completed.Upload, AssetId = completed.AssetId };
        },
        cancellationToken);

    private Task<ResumeUploadResponse> AskAsync(string uploadId, CancellationToken cancellationToken) => calls.CallAsync(
        async () => await uploads.ResumeUploadAsync(new ResumeUploadRequest { UploadId = uploadId, MaxParts = 1 }, cancellationToken: cancellationToken),
        cancellationToken);

    /// <summary>What is to be sent: parts, or all with one request, or nothing.</summary>
    private sealed record Missing(List<int> Numbers, PresignedRequest? Put, long Bytes);
}
