using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MoviesNow.Cli.Transfer;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Uploads;

/// <summary>Whatever ends the sending leaves the upload as it is: the user is told how to go on, or how to give it up.</summary>
internal sealed record UploadRemedy(string GoOn, string GiveUp)
{
    private const int MaxReason = 200;

    /// <param name="deadline">Until when the upload is kept.</param>
    /// <param name="abort">The command that gives it up.</param>
    public static UploadRemedy Of(Timestamp deadline, string abort) => Of(deadline, " with --resume", abort);

    /// <summary>Of a command that goes on by itself when it is run again.</summary>
    /// <param name="deadline">Until when the upload is kept.</param>
    /// <param name="abort">The command that gives it up.</param>
    public static UploadRemedy OfRepeated(Timestamp deadline, string abort) => Of(deadline, "", abort);

    private static UploadRemedy Of(Timestamp deadline, string how, string abort) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"What was sent is kept until {deadline.ToDateTimeOffset():u}: run the same command{how} to go on, or {abort} to give it up."),
        abort);

    /// <summary>Waits for the work, and adds the remedy to its failure.</summary>
    public async Task<T> OfferAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"Interrupted. {GoOn}");
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"Interrupted. {GoOn}");
        }
        catch (FileChangedException exception)
        {
            throw new CommandException($"{exception.Message} The upload of what it was is of no use: {GiveUp}.");
        }
        catch (RpcException exception)
        {
            throw new CommandException($"{ErrorText.Of(exception)}\n{GoOn}");
        }
        catch (CommandException exception)
        {
            throw new CommandException($"{exception.Message}\n{GoOn}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
        {
            throw new CommandException($"The storage could not be reached: {PrintableText.Of(exception.Message, MaxReason)}.\n{GoOn}");
        }
    }
}
