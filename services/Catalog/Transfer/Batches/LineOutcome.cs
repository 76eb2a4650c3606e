using System.Runtime.InteropServices;

namespace MoviesNow.Catalog.Transfer.Batches;

/// <summary>What became of a line.</summary>
internal enum Verdict
{
    Created,
    Updated,
    Unchanged,
    Rejected,
}

/// <summary>What became of a line, and why it was rejected.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineOutcome(Verdict Verdict, params (string Field, string Reason)[] Violations)
{
    public static LineOutcome Created => new(Verdict.Created);

    public static LineOutcome Changed(bool differs) => new(differs ? Verdict.Updated : Verdict.Unchanged);

    public static LineOutcome Rejected(string field, string reason) => new(Verdict.Rejected, (field, reason));
}
