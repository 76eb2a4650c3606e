using System.CommandLine;
using System.CommandLine.Invocation;
using Grpc.Core;
using Spectre.Console;

namespace MoviesNow.Cli;

/// <summary>A failure that the user can do something about.</summary>
internal class CommandException(string message) : Exception(message);

/// <summary>Runs commands, and tells failures in words on the error stream.</summary>
internal static class CommandErrors
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>The exit code: 0 done, 1 failed or found errors, 2 not a command that there is, so that nothing was done.</summary>
    public static async Task<int> RunAsync(ParseResult command, InvocationConfiguration configuration)
    {
        var errors = configuration.Error;
        try
        {
            var exitCode = await command.InvokeAsync(configuration);
            return command.Action is ParseErrorAction ? WrongUsage : exitCode;
        }
        catch (RpcException exception)
        {
            return Tell(errors, ErrorText.Of(exception));
        }
        catch (CommandException exception)
        {
            return Tell(errors, exception.Message);
        }
        catch (HttpRequestException exception)
        {
            return Tell(errors, $"The storage could not be reached: {exception.HttpRequestError}.");
        }
        catch (OperationCanceledException)
        {
            return Tell(errors, "Cancelled.");
        }
    }

    private static int Tell(TextWriter errors, string message)
    {
        Consoles.On(errors).MarkupLineInterpolated($"[red]{message}[/]");
        return Failed;
    }
}
