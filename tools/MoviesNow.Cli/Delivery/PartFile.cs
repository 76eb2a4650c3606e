using System.Net.Http.Headers;
using System.Security.Cryptography;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Delivery;

/// <summary>
/// A download that is not complete: <c>{name}.part</c>, with <c>{name}.part.json</c> that tells of which object its bytes are. They are all of
/// one object, from its beginning. Only a complete and verified one gets the name.
/// </summary>
internal sealed class PartFile : IAsyncDisposable
{
    private const int BufferSize = 1 << 20;
    private const int MaxShown = 300;

    private readonly string _target;
    private readonly string _reference;
    private readonly string _redemptionId;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private PartFile(string target, string reference, string redemptionId, FileStream stream) =>
        (_target, _reference, _redemptionId, _stream) = (target, reference, redemptionId, stream);

    /// <summary>How many bytes of the object are there.</summary>
    public long Length { get; private set; }

    /// <summary>The entity tag of the object; null when it may not be gone on with.</summary>
    public string? ETag { get; private set; }

    /// <summary>The SHA-256 of the bytes that are there, lower-case hexadecimal.</summary>
    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    private string PartPath => PathOf(_target);

    private string StatePath => _target + PartState.Ending;

    /// <summary>Where the bytes are until they are complete.</summary>
    public static string PathOf(string target) => $"{target}.part";

    /// <summary>Opens what an earlier run left, or a new file. Nobody else can use it meanwhile.</summary>
    /// <param name="target">The name that it will have.</param>
    /// <param name="reference">The bundle or key that is downloaded.</param>
    /// <param name="redemptionId">With which its one-time token is redeemed; empty without one.</param>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public static PartFile Open(string target, string reference, string redemptionId) => Writing(target, () =>
    {
        var path = PathOf(target);
        if (new FileInfo(path).LinkTarget is not null)
        {
            // Somebody else's file would be written to.
            throw new CommandException($"'{Shown(path)}' is a link. Remove it.");
        }

        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        return new PartFile(target, reference, redemptionId, stream);
    });

    /// <summary>Takes over what is there when it is the beginning of the object of the link; else begins with nothing.</summary>
    /// <param name="link">What is downloaded.</param>
    /// <param name="read">Is told of the bytes that were read again, for their digest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AdoptAsync(DownloadLink link, Action<long> read, CancellationToken cancellationToken)
    {
        // A crash may have left bytes that never reached the disk: without a digest nobody would notice.
        if (PartState.Read(StatePath) is not { } state || link.Sha256.Length == 0 || !string.Equals(state.Sha256, link.Sha256, StringComparison.Ordinal)
            || !IsStrong(state.ETag) || _stream.Length > link.SizeBytes)
        {
            Restart();
            return;
        }

        ETag = state.ETag;
        var buffer = new byte[BufferSize];
        int count;
        while ((count = await _stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            _hash.AppendData(buffer, 0, count);
            Length += count;
            read(count);
        }
    }

    /// <summary>Forgets all bytes.</summary>
    public void Restart() => Writing(_target, () =>
    {
        File.Delete(StatePath);
        _stream.SetLength(0);
        _stream.Position = 0;
        _hash.GetHashAndReset();
        (Length, ETag) = (0, null);
        return true;
    });

    /// <summary>Notes of which object the bytes are that come now. Without a strong entity tag they are not gone on with.</summary>
    public void Begin(string? etag, DownloadLink link) => Writing(_target, () =>
    {
        if (IsStrong(etag))
        {
            new PartState(_reference, etag!, link.Sha256, _redemptionId).Write(StatePath);
            ETag = etag;
        }

        return true;
    });

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(_target, exception);
        }

        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Gives the file its name.</summary>
    /// <param name="overwrite">Whether in place of one that has it.</param>
    public async Task CompleteAsync(bool overwrite)
    {
        Writing(_target, () =>
        {
            _stream.Flush(flushToDisk: true);
            return true;
        });
        await _stream.DisposeAsync();
        Writing(_target, () =>
        {
            File.Move(PartPath, _target, overwrite);
            File.Delete(StatePath);
            return true;
        });
    }

    public async ValueTask DisposeAsync()
    {
        var isOpen = _stream.CanWrite;
        await _stream.DisposeAsync();
        _hash.Dispose();
        if (isOpen && Length == 0)
        {
            File.Delete(PartPath);
            File.Delete(StatePath);
        }
    }

    private static bool IsStrong(string? etag) => EntityTagHeaderValue.TryParse(etag, out var parsed) && !parsed.IsWeak && parsed.Tag != "*";

    private static T Writing<T>(string target, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(target, exception);
        }
    }

    private static CommandException CannotWrite(string target, Exception exception) =>
        new($"'{Shown(target)}' cannot be written: {Shown(exception.Message)}");

    private static string Shown(string text) => PrintableText.Of(text, MaxShown);
}
