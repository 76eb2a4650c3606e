namespace MoviesNow.Catalog.Streams;

/// <summary>A broken rule.</summary>
/// <param name="Field">The field that breaks it, such as <c>tier</c>, or <c>variants[2].tier</c> of a ladder.</param>
/// <param name="Description">What the field must be, worded to follow its name.</param>
internal readonly record struct RuleViolation(string Field, string Description);

/// <summary>Collects all broken rules.</summary>
internal sealed class RuleCheck
{
    private readonly List<RuleViolation> _violations = [];

    public IReadOnlyList<RuleViolation> Violations => _violations;

    /// <summary>Adds a violation unless the condition holds; returns the condition.</summary>
    public bool Require(bool condition, string field, string description)
    {
        if (!condition)
        {
            _violations.Add(new(field, description));
        }

        return condition;
    }

    /// <summary>Requires a value of the contract other than its zero.</summary>
    public bool Known<T>(T value, string field) where T : struct, Enum =>
        !EqualityComparer<T>.Default.Equals(value, default)
            ? Require(Enum.IsDefined(value), field, "is not a value of the contract")
            : Require(false, field, "is required");
}
