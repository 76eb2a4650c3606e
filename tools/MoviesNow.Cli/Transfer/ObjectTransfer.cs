using System.Net;
using System.Security.Cryptography;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Transfer;

/// <summary>Moves bytes between files and the bucket with presigned requests; nothing is held in memory whole.</summary>
internal sealed class ObjectTransfer(HttpClient http)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Sends a slice of a file.</summary>
    /// <returns>The entity tag that the storage gave.</returns>
    public async Task<string> PutAsync(PresignedRequest request, string file, long offset, long length, Action<long> sent, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, useAsync: true);
        stream.Position = offset;
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url) { Content = new SliceContent(stream, length, sent) };
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.Remove(name);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await http.SendAsync(message, cancellationToken);
        return response.IsSuccessStatusCode
            ? response.Headers.ETag?.Tag ?? ""
            : throw new CommandException($"The storage refused the upload: {await StorageRefusal.OfAsync(response, cancellationToken)}.");
    }

    /// <summary>Fetches an object into a file.</summary>
    /// <returns>The SHA-256 of its bytes, lower-case hexadecimal.</returns>
    public async Task<string> GetAsync(string url, string file, Action<long> received, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            throw new CommandException($"The storage refused the download: {await StorageRefusal.OfAsync(response, cancellationToken)}.");
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

    /// <summary>Sends as many bytes as were promised, and tells how many went out.</summary>
    private sealed class SliceContent(Stream source, long length, Action<long> sent) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffer = new byte[BufferSize];
            for (var left = length; left > 0;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
                if (read == 0)
                {
                    throw new CommandException("The file became shorter while it was sent.");
                }

                await stream.WriteAsync(buffer.AsMemory(0, read));
                left -= read;
                sent(read);
            }
        }

        protected override bool TryComputeLength(out long length1)
        {
            length1 = length;
            return true;
        }
    }
}
