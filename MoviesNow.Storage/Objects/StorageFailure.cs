using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace MoviesNow.Storage;

/// <summary>Turns what the provider's library throws into <see cref="StorageException"/>s that may be shown and logged.</summary>
internal static class StorageFailure
{
    private const int LongestCode = 64;

    private const HttpStatusCode NoAnswer = default;

    /// <summary>Whether an exception comes from storage, or from the way to it.</summary>
    public static bool IsStorage(Exception exception) => exception
        is StorageException or BrokenCircuitException or TimeoutRejectedException or TimeoutException or OperationCanceledException
        or AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or XmlException;

    /// <summary>The exception to throw instead.</summary>
    public static StorageException Translate(string operation, Exception exception) => exception switch
    {
        StorageException storage => storage,
        BrokenCircuitException => Unavailable(operation, "CircuitOpen"),
        TimeoutRejectedException or TimeoutException or OperationCanceledException => Unavailable(operation, "Timeout"),
        AmazonUnmarshallingException e => Unavailable(operation, "MalformedAnswer", e.StatusCode),
        XmlException => Unavailable(operation, "MalformedAnswer"),
        AmazonServiceException e when IsTransient(e) => Unavailable(operation, Code(e), e.StatusCode),
        AmazonServiceException e => new StorageException(new StorageDiagnosis(operation, Code(e), (int)e.StatusCode)),
        _ => Unavailable(operation, Connection(exception)),
    };

    private static StorageUnavailableException Unavailable(string operation, string reason, HttpStatusCode status = NoAnswer) =>
        new(new StorageDiagnosis(operation, reason, (int)status));

    /// <summary>An answer with a code of the server's, or none: connection failures reach us as service exceptions without a status too.</summary>
    private static bool IsTransient(AmazonServiceException e) =>
        e.StatusCode is NoAnswer or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
        || e.ErrorCode is "RequestTimeout" or "SlowDown" or "Throttling" or "ThrottlingException" or "OperationAborted";

    /// <summary>A code is a word; anything else that a server may put in its place is not repeated.</summary>
    private static string Code(AmazonServiceException e)
    {
        var code = e.ErrorCode;
        if (code is { Length: > 0 and <= LongestCode } && code.All(char.IsAsciiLetterOrDigit))
            return code;

        return e.StatusCode is NoAnswer ? Connection(e) : "Http" + (int)e.StatusCode;
    }

    private static string Connection(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
                return socket.SocketErrorCode.ToString();
        }

        return exception is HttpRequestException http ? http.HttpRequestError.ToString() : "ConnectionFailed";
    }
}
