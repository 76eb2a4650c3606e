using MoviesNow.ClusterTest.Load;

namespace MoviesNow.ClusterTest.Faults;

/// <summary>How the cluster stood a fault.</summary>
/// <param name="What">The fault, for people.</param>
/// <param name="Tally">What clients saw.</param>
/// <param name="PerSecond">Calls a second.</param>
/// <param name="Recovery">From where recovery counts to the last error; zero when there was none after it.</param>
/// <param name="Account">What was promised, lost and doubled.</param>
/// <param name="Problem">What went wrong beside that; null when nothing did.</param>
internal sealed record Outcome(string What, Tally Tally, double PerSecond, TimeSpan Recovery, Account Account, string? Problem)
{
    /// <summary>What breaks the rules; empty when nothing does.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            var found = new List<string>();
            if (Tally.Failures.Count > 0)
            {
                found.Add($"{Tally.Failures.Count} calls failed for good: {Tally.Examples()}");
            }

            if (Account.Lost > 0)
            {
                found.Add($"{Account.Lost} acknowledged effects are lost");
            }

            if (Account.Doubled > 0)
            {
                found.Add($"{Account.Doubled} effects are there twice");
            }

            if (Recovery > Fault.MaxRecovery)
            {
                found.Add($"clients saw errors for {Recovery.TotalSeconds:0.0} s");
            }

            if (Problem is not null)
            {
                found.Add(Problem);
            }

            return found;
        }
    }
}
