using Google.Rpc;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using Npgsql;

namespace MoviesNow.Catalog.Streams;

/// <summary>Why the database refuses a variant although it keeps the rules by itself.</summary>
/// <param name="Rule">Name of the broken rule in the error's metadata; null when the table of tiers and the database differ.</param>
/// <param name="Field">The field that breaks it.</param>
/// <param name="Description">What is wrong.</param>
internal sealed record VariantRefusal(string? Rule, string Field, string Description)
{
    /// <summary>What a constraint means; null for one that is not expected to speak up.</summary>
    public static VariantRefusal? Of(PostgresException exception) => exception.ConstraintName switch
    {
        "stream_variant_streamable_key" => new("STREAMABLE_TIER", "tier", "the asset has a streamable variant of the tier"),
        "stream_variant_default_key" => new("DEFAULT", "is_default", "the asset has a default of the audio language and dynamic range"),
        "stream_variant_storage_key_key" => new("STORAGE_KEY", "storage_key", "another variant has the storage key"),
        "stream_variant_tier_check" => new(null, "tier", "is set up for streaming in the service, and not in its database"),
        _ => null,
    };
}

/// <summary>What a store of variants answers: the rows, or the expected reason why there are none.</summary>
/// <param name="Rows">The rows as they are after the call.</param>
/// <param name="Reason">Why there are none.</param>
/// <param name="Refusal">What the database refused, when that is why.</param>
/// <param name="Index">Which of the variants it refused.</param>
internal readonly record struct VariantOutcome<T>(T? Rows, ErrorReason Reason, VariantRefusal? Refusal = null, int Index = 0) where T : class
{
    public static implicit operator VariantOutcome<T>(T rows) => new(rows, ErrorReason.Unspecified);

    public static implicit operator VariantOutcome<T>(ErrorReason reason) => new(null, reason);

    public static implicit operator VariantOutcome<T>(VariantRefusal refusal) => new(null, ErrorReason.VariantExists, refusal);

    /// <summary>The rows, or the error for the caller.</summary>
    /// <param name="fieldOf">Path of a variant in the request by its index.</param>
    public T OrThrow(Func<int, string> fieldOf)
    {
        if (Rows is not null)
        {
            return Rows;
        }

        if (Refusal is null)
        {
            throw RpcErrors.Of(Reason);
        }

        var field = $"{fieldOf(Index)}.{Refusal.Field}";
        throw Refusal.Rule is null
            ? RpcErrors.InvalidFields([new BadRequest.Types.FieldViolation { Field = field, Description = Refusal.Description }])
            : RpcErrors.Of(Reason, retryAfter: null, ("rule", Refusal.Rule), ("field", field), (RpcErrors.Detail, Refusal.Description));
    }
}
