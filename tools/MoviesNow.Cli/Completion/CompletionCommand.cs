using System.CommandLine;

namespace MoviesNow.Cli.Completion;

/// <summary><c>moviesnow completion bash|zsh|fish</c>: prints a script with which the shell asks this program for completions.</summary>
internal static class CompletionCommand
{
    // The directive [suggest:N] answers what may stand at the Nth character of a line.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _moviesnow() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(moviesnow "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _moviesnow moviesnow
            """,
        ["zsh"] = """
            #compdef moviesnow
            _moviesnow() {
                local -a found
                found=("${(@f)$(moviesnow "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -- $found || _files
            }
            if [ "$funcstack[1]" = _moviesnow ]; then _moviesnow "$@"; else compdef _moviesnow moviesnow; fi
            """,
        ["fish"] = """
            function __moviesnow
                set -l found (moviesnow "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)
                string match -- (commandline -ct)'*' $found; or __fish_complete_path (commandline -ct)
            end
            complete -c moviesnow -f -a '(__moviesnow)'
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints the script for a shell that completes commands, options and values.") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
