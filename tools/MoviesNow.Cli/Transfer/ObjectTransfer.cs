using System.Net;
using System.Security.Cryptography;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Transfer;

/// <summary>Moves bytes between files and the bucket with presigned requests; nothing is held in memory whole.</summary>
/// <param name="http">Sends; a request may take as long as bytes move, so it should have no time limit of its own.</param>
/// <param name="stallLimit">How long a request may stand still; a minute unless told.</param>
internal sealed class ObjectTransfer(HttpClient http, TimeSpan? stallLimit = null)
{
    private const int BufferSize = 128 * 1024;

    private readonly TimeSpan _stallLimit = stallLimit ?? TimeSpan.FromMinutes(1);

    /// <summary>A client that is fit for large transfers.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a slice of a file.</summary>
    /// <returns>The entity tag that the storage gave.</returns>
    /// <exception cref="StorageRefusedException">The storage refused.</exception>
    /// <exception cref="TimeoutException">Nothing moved for too long.</exception>
    public Task<string> PutAsync(PresignedRequest request, string file, long offset, long length, Action<long> sent, CancellationToken cancellationToken) =>
        PutAsync(request, new FileSlice(file, offset, length), sent, cancellationToken);

    /// <inheritdoc cref="PutAsync(PresignedRequest, string, long, long, Action{long}, CancellationToken)"/>
    public async Task<string> PutAsync(PresignedRequest request, FileSlice slice, Action<long> sent, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(_stallLimit);
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url)
        {
            Content = new SliceContent(slice, count =>
            {
                stall.CancelAfter(_stallLimit);
                sent(count);
            }),
        };
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.Remove(name);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            return response.IsSuccessStatusCode
                ? response.Headers.ETag?.Tag ?? ""
                : throw new StorageRefusedException("upload", await StorageRefusal.OfAsync(response, stall.Token));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing moved for {_stallLimit.TotalSeconds:N0} s.", exception);
        }
    }

    /// <summary>Fetches an object into a file.</summary>
    /// <returns>The SHA-256 of its bytes, lower-case hexadecimal.</returns>
    public async Task<string> GetAsync(string url, string file, Action<long> received, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            throw new StorageRefusedException("download", await StorageRefusal.OfAsync(response, cancellationToken));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var target = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize, useAsync: true);
        var buffer = new byte[BufferSize];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            received(read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
