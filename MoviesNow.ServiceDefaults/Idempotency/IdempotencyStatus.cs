namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>What the metadata <c>idempotency-status</c> of an answer says about a call that carried an idempotency key.</summary>
public static class IdempotencyStatus
{
    /// <summary>Name of the metadata.</summary>
    public const string Header = "idempotency-status";

    /// <summary>The call ran, and its answer is kept for repetitions.</summary>
    public const string Recorded = "recorded";

    /// <summary>The answer of an earlier call, byte for byte. Nothing ran.</summary>
    public const string Replayed = "replayed";

    /// <summary>The call ran without a record, because Redis does not answer: only the constraints of the database protect from a second effect.</summary>
    public const string Unprotected = "unprotected";

    /// <summary>The call ran, and its answer is too large to be kept: a repetition is refused with <c>IDEMPOTENCY_ANSWER_NOT_KEPT</c>.</summary>
    public const string NotKept = "not-kept";
}
