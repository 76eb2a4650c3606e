namespace MoviesNow.EmbeddedServers;

/// <summary>A server could not be found, prepared or started. The message says in one line what to do about it.</summary>
public sealed class EmbeddedServerException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public EmbeddedServerException(string message) : base(message) { }

    /// <summary>Creates the exception with its one-line message and what caused it.</summary>
    public EmbeddedServerException(string message, Exception? innerException) : base(message, innerException) { }
}
