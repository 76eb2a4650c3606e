namespace Aspire.Hosting.ApplicationModel;

/// <summary>The documented rule for resource and endpoint names: what is also a valid DNS label and environment variable part.</summary>
internal static class ResourceName
{
    private const int MaxLength = 64;

    public static void Validate(string name, string kind = "Resource")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > MaxLength)
            throw Invalid("must be at most 64 characters long");
        if (!char.IsAsciiLetter(name[0]))
            throw Invalid("must start with an ASCII letter");
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw Invalid("must contain only ASCII letters, digits and hyphens");
        if (name.Contains("--", StringComparison.Ordinal) || name[^1] == '-')
            throw Invalid("cannot contain consecutive hyphens or end with one");

        ArgumentException Invalid(string rule) => new($"{kind} name '{name}' is invalid. It {rule}.", nameof(name));
    }

    /// <summary>The form in which a name is part of an environment variable: <c>my-db</c> is <c>MY_DB</c>.</summary>
    public static string ToEnvironmentVariable(string name) => name.Replace('-', '_').ToUpperInvariant();
}
