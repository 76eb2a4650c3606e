namespace MoviesNow.Cli.Catalog;

/// <summary>Asks whoever sits at the terminal.</summary>
/// <param name="Answers">What is typed.</param>
/// <param name="IsInteractive">False when nobody can be asked.</param>
internal sealed record Prompt(Func<TextReader> Answers, bool IsInteractive)
{
    public static Prompt OfConsole { get; } = new(() => Console.In, !Console.IsInputRedirected && !Console.IsErrorRedirected);

    /// <summary>True when the answer is yes; no answer is none.</summary>
    public async Task<bool> ConfirmAsync(string question, TextWriter writer, CancellationToken cancellationToken)
    {
        await writer.WriteAsync($"{question} [y/N] ");
        await writer.FlushAsync(cancellationToken);
        var answer = await Answers().ReadLineAsync(cancellationToken);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
