using System.Buffers;
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

    // 128 bits in base64. Callers without a subject may be many, and must not guess each other's keys.
    private const int MinSharedKeyLength = 22;

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
            [{ } key] when IsWellFormed(key, caller.Kind) => Of(caller, context.Method, key, request),
            _ => throw Malformed(caller.Kind),
        };
    }

    internal static KeyedCall Of(CallerId caller, string method, string key, IMessage request)
    {
        // With the lengths, so that no two scopes run into one.
        var root = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Kind}:{caller.Value.Length}:{caller.Value}{method.Length}:{method}{key}"));
        var size = root.Length + request.CalculateSize();
        var scoped = ArrayPool<byte>.Shared.Rent(size);
        root.CopyTo(scoped, 0);
        request.WriteTo(scoped.AsSpan(root.Length..size));
        var fingerprint = SHA256.HashData(scoped.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(scoped, clearArray: true);
        return new KeyedCall(root, fingerprint);
    }

    internal static bool IsWellFormed(string key, CallerKind caller) =>
        key.Length >= MinLength(caller) && key.Length <= MaxKeyLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static int MinLength(CallerKind caller) => caller is CallerKind.Subject ? 1 : MinSharedKeyLength;

    private static RpcException Malformed(CallerKind caller) => RpcErrors.InvalidFields(
    [
        new BadRequest.Types.FieldViolation
        {
            Field = IdempotencyKey.Header,
            Description = $"must be {MinLength(caller)} to {MaxKeyLength} visible ASCII characters, once",
        },
    ]);

    /// <summary>One-way, so that the name of a record leads neither to its key nor to the caller.</summary>
    private byte[] Derive(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> more = default) => SHA256.HashData([.. _root, .. purpose, .. more]);
}
