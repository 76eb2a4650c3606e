using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>
/// A call that carries an idempotency key, and what follows from caller, method, key and request. All of it is hashed, so that
/// Redis learns neither the key nor who calls, and answers can be sealed with a key that only a repetition of the call leads to.
/// </summary>
internal sealed class KeyedCall
{
    /// <summary>Of a fingerprint: only a caller could collide with it, and only with itself.</summary>
    public const int FingerprintBytes = 16;

    private const int MaxKeyLength = 128;

    // 128 bits in base64. Callers without a subject may be many, and must not guess each other's keys.
    private const int MinSharedKeyLength = 22;

    private const int NameBytes = 32;
    private const int EffectAt = FingerprintBytes;
    private const int SealAt = EffectAt + 16;

    private readonly byte[] _derived;

    private KeyedCall(string recordName, byte[] derived) => (RecordName, _derived) = (recordName, derived);

    /// <summary>Names the record: the same for each call of this caller to this method with this key.</summary>
    public string RecordName { get; }

    /// <summary>A hash of the request, in the scope of the record.</summary>
    public ReadOnlySpan<byte> Fingerprint => _derived.AsSpan(0, FingerprintBytes);

    /// <summary>The same for each repetition of the call, and of no other.</summary>
    public Guid EffectId => new(_derived.AsSpan(EffectAt, SealAt - EffectAt), bigEndian: true);

    /// <summary>Encrypts the answer (AES-256).</summary>
    public ReadOnlySpan<byte> SealingKey => _derived.AsSpan(SealAt);

    /// <summary>The call as one with a key; null when it carries none.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the key is malformed.</exception>
    public static KeyedCall? Read(ServerCallContext context, IMessage request, CallerId caller) =>
        KeyOf(context.GetHttpContext(), caller.Kind) is { } key ? Of(caller, context.Method, key, request) : null;

    /// <summary>The key of a call; null when it carries none.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is malformed.</exception>
    public static string? KeyOf(HttpContext context, CallerKind caller) => context.Request.Headers[IdempotencyKey.Header] switch
    {
        [] => null,
        [{ } key] when IsWellFormed(key, caller) => key,
        _ => throw Malformed(caller),
    };

    internal static KeyedCall Of(CallerId caller, string method, string key, IMessage request)
    {
        // With the lengths, so that no two scopes run into one. Half of the hash names the record, and leads neither to the other
        // half nor to what is derived from both.
        Span<byte> scope = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(Encoding.UTF8.GetBytes($"{caller.Kind}:{caller.Value.Length}:{caller.Value}{method.Length}:{method}{key}"), scope);
        var size = scope.Length + request.CalculateSize();
        var scoped = ArrayPool<byte>.Shared.Rent(size);
        scope.CopyTo(scoped);
        request.WriteTo(scoped.AsSpan(scope.Length..size));
        var derived = SHA512.HashData(scoped.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(scoped, clearArray: true);
        return new KeyedCall(Base64Url.EncodeToString(scope[..NameBytes]), derived);
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
}
