using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>
/// Builds every error that a service answers: the canonical code, and google.rpc.Status in <c>grpc-status-details-bin</c>
/// with exactly one ErrorInfo of the domain <c>moviesnow</c>. The message is the reason's own, <see cref="ErrorReasons.MessageOf"/>, and
/// behind it the <see cref="Detail"/> of the metadata, if there is one.
/// </summary>
public static class RpcErrors
{
    /// <summary>Domain of every ErrorInfo.</summary>
    public const string Domain = "moviesnow";

    /// <summary>Trailer that carries google.rpc.Status.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Name of the metadata that the message tells too: a clause about this call, without a full stop.</summary>
    public const string Detail = "detail";

    private const int MaxMetadata = 256;
    private const int MaxDetail = 512;

    /// <summary>The error for a reason.</summary>
    /// <param name="reason">Why; decides the code and the message.</param>
    /// <param name="retryAfter">When a retry helps: how long to wait first; sent as RetryInfo.</param>
    /// <param name="metadata">
    /// Facts that help the caller; never a key of another owner, bucket, URL, token or provider text. Values that a caller chose, such as
    /// names in a file, are made printable and are shortened here.
    /// </param>
    public static RpcException Of(ErrorReason reason, TimeSpan? retryAfter = null, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var status = StatusOf(reason, metadata);
        if (retryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return ToException(status);
    }

    /// <summary>A defect: INTERNAL with the trace's id, which finds it in the log.</summary>
    internal static RpcException Defect() => Of(ErrorReason.Internal, retryAfter: null, ("correlation_id", CorrelationId));

    internal static string CorrelationId => Activity.Current?.TraceId.ToHexString() ?? "";

    /// <summary>The error of a service behind this one as this one passes it on: its status and details, and none of its other metadata.</summary>
    internal static RpcException Relay(RpcException exception) => StatusIn(exception) is { } status ? ToException(status) : exception;

    /// <summary>INVALID_ARGUMENT with one violation per bad field.</summary>
    public static RpcException InvalidFields(IEnumerable<BadRequest.Types.FieldViolation> violations)
    {
        var status = StatusOf(ErrorReason.InvalidFields, []);
        var badRequest = new BadRequest();
        badRequest.FieldViolations.AddRange(violations);
        status.Details.Add(Any.Pack(badRequest));
        return ToException(status);
    }

    /// <summary>The ErrorInfo of an error that this or another service answered; null when it has none.</summary>
    public static ErrorInfo? InfoOf(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return DetailOf<ErrorInfo>(exception) is { Domain: Domain } info ? info : null;
    }

    /// <summary>One of the details of an error; null when it has none of this type.</summary>
    public static T? DetailOf<T>(RpcException exception) where T : class, IMessage, new()
    {
        ArgumentNullException.ThrowIfNull(exception);
        var any = StatusIn(exception)?.Details.FirstOrDefault(detail => detail.Is(new T().Descriptor));
        return any is null ? null : Parse(any.Value, bytes => (T)new T().Descriptor.Parser.ParseFrom(bytes));
    }

    private static Google.Rpc.Status? StatusIn(RpcException exception) =>
        exception.Trailers.GetValueBytes(DetailsTrailer) is { } bytes ? Parse(ByteString.CopyFrom(bytes), Google.Rpc.Status.Parser.ParseFrom) : null;

    /// <summary>Null for bytes that are no such message: whoever answered them, they must not turn one error into another.</summary>
    private static T? Parse<T>(ByteString bytes, Func<ByteString, T> parse) where T : class
    {
        try
        {
            return parse(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static Google.Rpc.Status StatusOf(ErrorReason reason, ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = ErrorReasons.NameOf(reason) };
        foreach (var (name, value) in metadata)
        {
            info.Metadata[name] = PrintableText.Of(value, string.Equals(name, Detail, StringComparison.Ordinal) ? MaxDetail : MaxMetadata);
        }

        return new Google.Rpc.Status
        {
            Code = (int)ErrorReasons.CodeOf(reason),
            Message = MessageOf(reason, info),
            Details = { Any.Pack(info) },
        };
    }

    private static string MessageOf(ErrorReason reason, ErrorInfo info) => info.Metadata.TryGetValue(Detail, out var detail)
        ? $"{ErrorReasons.MessageOf(reason).TrimEnd('.')}: {detail}."
        : ErrorReasons.MessageOf(reason);

    private static RpcException ToException(Google.Rpc.Status status) => new(
        new Grpc.Core.Status((StatusCode)status.Code, status.Message),
        new Metadata { { DetailsTrailer, status.ToByteArray() } });
}
