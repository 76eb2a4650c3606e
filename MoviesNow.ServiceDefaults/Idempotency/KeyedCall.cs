using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>
/// A call that carries an idempotency key, and what follows from caller, method, key and request. All of it is hashed, so that
/// Redis learns neither the key nor who calls, and answers can be sealed with a key that only a repetition of the call leads to.
/// </summary>
internal sealed class KeyedCall
{
    private const int MaxKeyLength = 128;

    private readonly byte[] _root;

    private KeyedCall(byte[] root, byte[] fingerprint)
    {
        _root = root;
        Fingerprint = fingerprint;
        RecordName = Base64Url.EncodeToString(Derive("record"u8));
    }

    /// <summary>Names the record: the same for each call of this caller to this method with this key.</summary>
    public string RecordName { get; }

    /// <summary>SHA-256 of the request, in the scope of the record.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>The same for each repetition of the call, and of no other.</summary>
    public Guid EffectId => new(Derive("effect"u8, Fingerprint).AsSpan(0, 16), bigEndian: true);

    /// <summary>Encrypts the answer (AES-256).</summary>
    public byte[] SealingKey => Derive("seal"u8);

    /// <summary>The call as one with a key; null when it carries none.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the key is malformed.</exception>
    public static KeyedCall? Read(ServerCallContext context, IMessage request, CallerId caller)
    {
        return context.GetHttpContext().Request.Headers[IdempotencyKey.Header] switch
        {
            [] => null,
            [{ } key] when IsWellFormed(key) => Of(caller, context.Method, key, request),
            _ => throw Malformed(),
        };
    }

    internal static KeyedCall Of(CallerId caller, string method, string key, IMessage request)
    {
        using var scope = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        scope.AppendData([(byte)caller.Kind]);
        foreach (var part in (ReadOnlySpan<string>)[caller.Value, method, key])
        {
            Append(scope, part);
        }

        var root = scope.GetHashAndReset();
        scope.AppendData(root);
        var size = request.CalculateSize();
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        request.WriteTo(bytes.AsSpan(0, size));
        scope.AppendData(bytes, 0, size);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        return new KeyedCall(root, scope.GetHashAndReset());
    }

    /// <summary>With its length first, so that no two scopes run into one.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private static bool IsWellFormed(string key) => key.Length is >= 1 and <= MaxKeyLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static RpcException Malformed() => RpcErrors.InvalidFields(
        [new BadRequest.Types.FieldViolation { Field = IdempotencyKey.Header, Description = $"must be 1 to {MaxKeyLength} visible ASCII characters, once" }]);

    private byte[] Derive(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> more = default)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_root, [.. purpose, .. more], hash);
        return hash.ToArray();
    }
}
