using Grpc.Core;
using Spectre.Console;

namespace MoviesNow.Cli;

/// <summary>A failure that the user can do something about.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>Tells failures in words, on the error stream, with exit code 1.</summary>
internal static class CommandErrors
{
    private const int UnbrokenWidth = 4_096;

    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (RpcException exception)
        {
            return Tell(ErrorText.Of(exception));
        }
        catch (CommandException exception)
        {
            return Tell(exception.Message);
        }
        catch (HttpRequestException exception)
        {
            return Tell($"The storage could not be reached: {exception.HttpRequestError}.");
        }
        catch (OperationCanceledException)
        {
            return Tell("Cancelled.");
        }
    }

    private static int Tell(string message)
    {
        var errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected)
        {
            // Who reads it from a file or pipe breaks lines himself.
            errors.Profile.Width = UnbrokenWidth;
        }

        errors.MarkupLineInterpolated($"[red]{message}[/]");
        return 1;
    }
}
