using Google.Rpc;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;
using Spectre.Console;

namespace MoviesNow.Cli;

/// <summary>A failure that the user can do something about.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>Tells failures in words, on the error stream, with exit code 1.</summary>
internal static class CommandErrors
{
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (RpcException exception)
        {
            return Tell(Describe(exception));
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

    /// <summary>Code, reason, message and bad fields in one text.</summary>
    public static string Describe(RpcException exception)
    {
        var reason = RpcErrors.InfoOf(exception) is { } info ? $" {info.Reason}" : "";
        var fields = RpcErrors.DetailOf<BadRequest>(exception)?.FieldViolations.Select(violation => $"\n  {violation.Field} {violation.Description}") ?? [];
        return $"{exception.StatusCode}{reason}: {exception.Status.Detail}{string.Concat(fields)}";
    }

    private static int Tell(string message)
    {
        var errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        errors.MarkupLineInterpolated($"[red]{message}[/]");
        return 1;
    }
}
