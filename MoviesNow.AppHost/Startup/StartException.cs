using Microsoft.Extensions.Options;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost.Startup;

/// <summary>The application cannot start; the message says why and what to do.</summary>
internal sealed class StartException(string message, Exception? innerException = null) : Exception(message, innerException);

internal static class StartFailures
{
    extension(Exception exception)
    {
        /// <summary>
        /// Whether the message alone tells the user enough: settings, files and servers of this machine, or an interrupt.
        /// Anything else is a defect and keeps its stack trace.
        /// </summary>
        public bool IsExpected => exception
            is StartException or DistributedApplicationException or EmbeddedServerException or OptionsValidationException
            or IOException or UnauthorizedAccessException or InvalidDataException or OperationCanceledException;
    }
}
