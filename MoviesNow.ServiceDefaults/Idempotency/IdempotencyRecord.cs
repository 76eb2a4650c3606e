using System.Security.Cryptography;
using Google.Protobuf;

namespace MoviesNow.ServiceDefaults.Idempotency;

internal enum RecordState : byte
{
    Running = 1,
    Answered = 2,
    NotKept = 3,
}

/// <summary>
/// What Redis holds of a call: one byte of state, 16 of the request's fingerprint, then for a running call 16 of its lease, for an
/// answered one nonce, tag and the encrypted answer (AES-256-GCM, bound to the fingerprint; the nonce is taken from the lease, which
/// is random and answers once).
/// </summary>
internal static class IdempotencyRecord
{
    private const int FingerprintAt = 1;
    private const int BodyAt = FingerprintAt + KeyedCall.FingerprintBytes;
    private const int LeaseBytes = 16;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int AnswerAt = BodyAt + NonceBytes + TagBytes;

    public static byte[] Running(KeyedCall call)
    {
        var record = Begin(RecordState.Running, call, LeaseBytes);
        RandomNumberGenerator.Fill(record.AsSpan(BodyAt));
        return record;
    }

    public static byte[] NotKept(KeyedCall call) => Begin(RecordState.NotKept, call, 0);

    public static byte[] Answered(KeyedCall call, ReadOnlySpan<byte> running, IMessage answer, int size)
    {
        var record = Begin(RecordState.Answered, call, NonceBytes + TagBytes + size);
        var nonce = record.AsSpan(BodyAt, NonceBytes);
        var tag = record.AsSpan(BodyAt + NonceBytes, TagBytes);
        var bytes = record.AsSpan(AnswerAt);
        answer.WriteTo(bytes);
        running.Slice(BodyAt, NonceBytes).CopyTo(nonce);
        using var cipher = new AesGcm(call.SealingKey, TagBytes);
        cipher.Encrypt(nonce, bytes, bytes, tag, call.Fingerprint);
        return record;
    }

    /// <summary>True when the record is that of the same request.</summary>
    public static bool IsOf(ReadOnlySpan<byte> record, KeyedCall call) =>
        record.Length >= BodyAt && record[FingerprintAt..BodyAt].SequenceEqual(call.Fingerprint);

    public static RecordState StateOf(ReadOnlySpan<byte> record) => (RecordState)record[0];

    /// <exception cref="CryptographicException">The record is not what was stored.</exception>
    public static byte[] AnswerIn(ReadOnlySpan<byte> record, KeyedCall call)
    {
        var answer = new byte[record.Length - AnswerAt];
        using var cipher = new AesGcm(call.SealingKey, TagBytes);
        cipher.Decrypt(record.Slice(BodyAt, NonceBytes), record[AnswerAt..], record.Slice(BodyAt + NonceBytes, TagBytes), answer, call.Fingerprint);
        return answer;
    }

    private static byte[] Begin(RecordState state, KeyedCall call, int bodyBytes)
    {
        var record = new byte[BodyAt + bodyBytes];
        record[0] = (byte)state;
        call.Fingerprint.CopyTo(record.AsSpan(FingerprintAt));
        return record;
    }
}
