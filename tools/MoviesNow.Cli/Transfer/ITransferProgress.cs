namespace MoviesNow.Cli.Transfer;

/// <summary>Is told how a transfer goes on. Calls may come from any thread.</summary>
internal interface ITransferProgress
{
    /// <summary>A step begins; the one before has ended.</summary>
    /// <param name="step">What it does, such as <c>Sending</c>.</param>
    /// <param name="bytes">How many bytes it moves; 0 when that is not known.</param>
    void Begin(string step, long bytes);

    /// <summary>The step moved bytes; a negative number takes back those that were moved in vain.</summary>
    void Moved(long bytes);
}
