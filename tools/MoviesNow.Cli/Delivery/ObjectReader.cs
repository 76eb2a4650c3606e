using System.Net;
using System.Net.Http.Headers;
using MoviesNow.Cli.Transfer;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Cli.Delivery;

/// <summary>Reads an object, or what is missing of it, with one request.</summary>
/// <param name="http">Sends; it should have no time limit of its own.</param>
/// <param name="stallLimit">How long nothing may arrive; a minute unless told.</param>
internal sealed class ObjectReader(HttpClient http, TimeSpan? stallLimit = null)
{
    private const int BufferSize = 128 * 1024;

    private readonly TimeSpan _stallLimit = stallLimit ?? TimeSpan.FromMinutes(1);

    /// <summary>Appends to the part until it is whole. What arrived before a failure stays.</summary>
    /// <exception cref="StorageRefusedException">The storage refused.</exception>
    /// <exception cref="TimeoutException">Nothing arrived for too long.</exception>
    /// <exception cref="IOException">The connection broke, or the answer was not what was asked for.</exception>
    public async Task ReadAsync(DownloadLink link, PartFile part, ITransferProgress progress, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(_stallLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, link.Url);
            if (part is { Length: > 0, ETag: { } etag })
            {
                // Another object is answered whole: bytes of two are never mixed.
                request.Headers.Range = new RangeHeaderValue(part.Length, to: null);
                request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(etag));
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            await AcceptAsync(response, link, part, progress, stall.Token);
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            var buffer = new byte[BufferSize];
            int count;
            while ((count = await body.ReadAsync(buffer, stall.Token)) > 0)
            {
                RequireSize(part.Length + count <= link.SizeBytes, link);
                stall.CancelAfter(_stallLimit);
                await part.AppendAsync(buffer.AsMemory(0, count), cancellationToken);
                progress.Moved(count);
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing arrived for {_stallLimit.TotalSeconds:N0} s.", exception);
        }

        if (part.Length < link.SizeBytes)
        {
            throw new IOException("The answer ended early.");
        }
    }

    /// <summary>Takes an answer that continues the part, or begins it.</summary>
    private static async Task AcceptAsync(HttpResponseMessage response, DownloadLink link, PartFile part, ITransferProgress progress, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when Continues(response, link, part):
                return;
            case HttpStatusCode.OK:
                if (part.Length > 0)
                {
                    part.Restart();
                    progress.Begin("Receiving again", link.SizeBytes);
                }

                RequireSize(response.Content.Headers.ContentLength is not { } length || length == link.SizeBytes, link);
                part.Begin(response.Headers.ETag?.ToString(), link);
                return;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Restart();
                progress.Begin("Receiving again", link.SizeBytes);
                throw new IOException("The storage answered with another range.");
            default:
                throw new StorageRefusedException("download", await StorageRefusal.OfAsync(response, cancellationToken));
        }
    }

    private static bool Continues(HttpResponseMessage response, DownloadLink link, PartFile part) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from } range
        && from == part.Length && (range.Length ?? link.SizeBytes) == link.SizeBytes
        && string.Equals(response.Headers.ETag?.ToString(), part.ETag, StringComparison.Ordinal);

    private static void RequireSize(bool holds, DownloadLink link)
    {
        if (!holds)
        {
            throw new CommandException($"The storage has an object of another size than the service says ({link.SizeBytes} bytes).");
        }
    }
}
