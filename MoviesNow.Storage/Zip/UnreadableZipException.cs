namespace MoviesNow.Storage;

/// <summary>Ends an inspection with the verdict's problem. It never leaves <see cref="ZipInspector"/>.</summary>
internal sealed class UnreadableZipException(ZipProblem problem) : Exception(problem.Rule.Id)
{
    public ZipProblem Problem { get; } = problem;
}
