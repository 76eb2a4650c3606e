using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Tokens;
using MoviesNow.Cli.Transfer;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Upload.V1;
using UploadMessage = MoviesNow.Upload.V1.Upload;

namespace MoviesNow.Cli.Uploads;

/// <summary>Uploads one file: reads it for its digest, opens an upload or finds the one to go on with, and sends what is missing.</summary>
internal sealed class FileUpload(CatalogCall call, ObjectTransfer transfer, TextWriter notes, TimeProvider time)
{
    private static readonly TextRule FileName = TextRule.Line(255);

    private readonly PendingUploads _pending = new(call.Clients.Uploads, DevelopmentIdentity.Admin, time);

    /// <summary>Uploads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="request">What the options say of it.</param>
    /// <param name="resume">Whether to go on with an earlier upload where there is one.</param>
    public async Task<FinalizeUploadResponse> RunAsync(string path, CreateUploadRequest request, bool resume)
    {
        NameAndType(request, path);
        return await new TransferConsole(notes, time).RunAsync(request.FileName, progress => RunAsync(path, request, resume, progress));
    }

    private static void NameAndType(CreateUploadRequest request, string path)
    {
        var given = request.FileName.Length > 0 ? request.FileName : Path.GetFileName(path);
        if (FileName.Apply(given, out var name) is { } refusal)
        {
            throw new CommandException($"The file's name {refusal}. Give it another with --file-name.");
        }

        request.FileName = name;
        MediaTypes.Complete(request);
        if (new FileInfo(path) is { Exists: true, Length: 0 })
        {
            throw new CommandException($"'{path}' is empty.");
        }
    }

    private async Task<FinalizeUploadResponse> RunAsync(string path, CreateUploadRequest request, bool resume, ITransferProgress progress)
    {
        var cancellationToken = call.CancellationToken;
        progress.Begin("Reading", new FileInfo(path) is { Exists: true, Length: var length } ? length : 0);
        var file = await SourceFile.ReadAsync(path, progress.Moved, cancellationToken);
        (request.SizeBytes, request.Sha256) = (file.Size, file.Sha256);
        var uploader = new FileUploader(
            call.Clients.Uploads, call.Clients.Multipart, new ParallelSender(transfer, time), new PatientCalls(time));
        if (await _pending.FindAsync(request, UploadState.Pending, cancellationToken) is { } begun)
        {
            return resume
                ? await KeepAsync(begun, uploader.ResumeAsync(begun, file, progress, cancellationToken))
                : throw new CommandException(
                    $"An upload of this file is under way since {begun.CreateTime.ToDateTimeOffset():u}: go on with it by --resume, or give it up with moviesnow upload abort {begun.Id}.");
        }

        if (resume && await _pending.FindAsync(request, UploadState.Completed, cancellationToken) is { } done)
        {
            // Its end was lost to whoever ran the command, or it is run again by a script.
            return await call.Clients.Uploads.FinalizeUploadAsync(new FinalizeUploadRequest { UploadId = done.Id }, cancellationToken: cancellationToken);
        }

        var created = await call.Clients.Uploads.CreateUploadAsync(request, call.Options);
        return await KeepAsync(created.Upload, uploader.UploadAsync(created.Upload, created.Put, file, progress, cancellationToken));
    }

    private Task<FinalizeUploadResponse> KeepAsync(UploadMessage upload, Task<FinalizeUploadResponse> work) =>
        UploadRemedy.Of(upload.Deadline, $"moviesnow upload abort {upload.Id}").OfferAsync(work, call.CancellationToken);
}
