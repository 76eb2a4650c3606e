using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Clients;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Catalog;

/// <summary>What the user sees of a running import.</summary>
internal interface IImportProgress
{
    /// <summary>The service has committed so much.</summary>
    void Committed(Import import);

    /// <summary>So much of the file as it lies there was read.</summary>
    void Read(long bytes);
}

/// <summary>Sends a file from where the service has it, and goes on after outages.</summary>
internal sealed class FileImporter(ImportService.ImportServiceClient imports, IImportProgress progress)
{
    private const int ChunkSize = 65_536;
    private const int MaxOutages = 5;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    public async Task<Import> RunAsync(ImportSource source, bool again, CancellationToken cancellationToken)
    {
        for (var outages = 0; ; outages++)
        {
            var known = await FindAsync(source.Id, cancellationToken);
            if (known is { State: ImportState.Completed } && !again)
            {
                return known;
            }

            try
            {
                return await SendAsync(source, known, again, cancellationToken);
            }
            catch (RpcException exception) when (IsCutOff(exception) && outages < MaxOutages && !cancellationToken.IsCancellationRequested)
            {
                // The header may have arrived: only the first call begins again.
                again = again && (await FindAsync(source.Id, cancellationToken))?.CommittedBytes is not 0;
                await Task.Delay(PollInterval * (outages + 1), cancellationToken);
            }
        }
    }

    private async Task<Import?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return (await imports.GetImportAsync(new GetImportRequest { ImportId = id.ToString() }, cancellationToken: cancellationToken)).Import;
        }
        catch (RpcException exception) when (RpcErrors.InfoOf(exception)?.Reason == ErrorReasons.NameOf(ErrorReason.ImportNotFound))
        {
            return null;
        }
    }

    /// <summary>
    /// The connection ended the call, or the service did while the file was being sent: .NET's client may then tell the reset of the stream
    /// instead of the answer. Asking again tells which.
    /// </summary>
    private static bool IsCutOff(RpcException exception) =>
        exception.StatusCode is StatusCode.Unavailable
        || (exception.StatusCode is StatusCode.Internal or StatusCode.Cancelled && RpcErrors.InfoOf(exception) is null);

    private async Task<Import> SendAsync(ImportSource source, Import? known, bool again, CancellationToken cancellationToken)
    {
        var header = new ImportHeader
        {
            ImportId = source.Id.ToString(),
            Format = source.Format,
            SourceName = source.Name,
            StartByte = again ? 0 : known?.CommittedBytes ?? 0,
            Restart = again,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = imports.ImportCatalog(cancellationToken: cancellationToken);
        var watching = WatchAsync(source.Id, stop.Token);
        try
        {
            var response = await call.SendAsync((requests, token) => WriteAsync(source, header, requests, token), cancellationToken);
            return response.Import;
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }
    }

    private async Task WriteAsync(ImportSource source, ImportHeader header, IClientStreamWriter<ImportCatalogRequest> requests, CancellationToken cancellationToken)
    {
        await using var file = source.Open(out var raw);
        await using var _ = raw;
        var chunk = new byte[ChunkSize];
        await SkipAsync(file, header.StartByte, chunk, cancellationToken);
        await requests.WriteAsync(new ImportCatalogRequest { Header = header }, cancellationToken);
        for (int read; (read = await file.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken)) > 0;)
        {
            await requests.WriteAsync(new ImportCatalogRequest { Data = ByteString.CopyFrom(chunk, 0, read) }, cancellationToken);
            progress.Read(raw.Position);
        }
    }

    private static async Task SkipAsync(Stream file, long bytes, byte[] buffer, CancellationToken cancellationToken)
    {
        if (file.CanSeek)
        {
            file.Position = bytes;
            return;
        }

        for (var left = bytes; left > 0;)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            left -= read > 0 ? read : throw new CommandException("The file is shorter than what was imported of it.");
        }
    }

    /// <summary>Asks now and then how far the service is.</summary>
    private async Task WatchAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(PollInterval);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (await FindAsync(id, cancellationToken) is { } import)
                {
                    progress.Committed(import);
                }
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // The call itself tells what matters.
        }
    }
}
