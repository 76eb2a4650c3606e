using System.Security.Cryptography;
using Google.Protobuf;
using Npgsql;

namespace MoviesNow.Telemetry.Events;

/// <summary>The statement that keeps rejected events apart.</summary>
internal static class RejectedEvents
{
    public static void AddTo(
        NpgsqlBatch changes, IReadOnlyList<(Guid SessionId, CheckedEvent Event, DateTimeOffset ReceiveTime)> rejected, TimeProvider time)
    {
        if (rejected.Count == 0)
        {
            return;
        }

        var payloads = rejected.Select(item => item.Event.Rejected!.ToByteArray()).ToArray();
        var now = time.GetUtcNow();
        changes.Add("""
            INSERT INTO rejected_event (id, session_id, payload_sha256, received_at, reason, payload)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
            ON CONFLICT ON CONSTRAINT rejected_event_pkey DO NOTHING
            """,
            payloads.Select(_ => Guid.CreateVersion7(now)).ToArray(),
            rejected.Select(item => item.SessionId).ToArray(),
            payloads.Select(SHA256.HashData).ToArray(),
            rejected.Select(item => item.ReceiveTime).ToArray(),
            rejected.Select(item => item.Event.Reason).ToArray(),
            payloads);
    }
}
