using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Tests;

public sealed class ErrorTextTests
{
    public static TheoryData<ErrorReason> Reasons => new(System.Enum.GetValues<ErrorReason>().Where(reason => reason is not ErrorReason.Unspecified));

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_EveryReason_TellsCodeReasonAndMessage(ErrorReason reason) => Assert.Equal(
        $"{ErrorReasons.CodeOf(reason)} {ErrorReasons.NameOf(reason)}: {ErrorReasons.MessageOf(reason)}",
        ErrorText.Of(RpcErrors.Of(reason)));

    [Fact]
    public void Of_ARefusedZip_TellsRuleEntryAndLimit() => Assert.Equal(
        """
        FailedPrecondition ZIP_UNREADABLE: The object is not a readable ZIP file: the entry "S01/notes.txt" unpacks to too many times its size: 1,000 of at most 100.
          rule: ENTRY_RATIO
          entry: S01/notes.txt
          actual: 1000
          limit: 100
        """,
        ErrorText.Of(RpcErrors.Of(
            ErrorReason.ZipUnreadable,
            retryAfter: null,
            ("rule", "ENTRY_RATIO"),
            (RpcErrors.Detail, "the entry \"S01/notes.txt\" unpacks to too many times its size: 1,000 of at most 100"),
            ("entry", "S01/notes.txt"),
            ("actual", "1000"),
            ("limit", "100"))));

    [Fact]
    public void Of_AState_TellsIt() => Assert.Equal(
        "FailedPrecondition INVALID_STATE: The state does not allow the change: it is PUBLISHED.\n  state: PUBLISHED",
        ErrorText.Of(RpcErrors.Of(ErrorReason.InvalidState, retryAfter: null, ("state", "PUBLISHED"), (RpcErrors.Detail, "it is PUBLISHED"))));

    [Fact]
    public void Of_BadFields_TellsEach() => Assert.Equal(
        "InvalidArgument INVALID_FIELDS: The request has invalid fields.\n  title_id is required\n  size_bytes must be 1 to 10",
        ErrorText.Of(RpcErrors.InvalidFields(
        [
            new() { Field = "title_id", Description = "is required" },
            new() { Field = "size_bytes", Description = "must be 1 to 10" },
        ])));

    [Fact]
    public void Of_ADefect_TellsTheIdThatFindsItInTheLog() => Assert.Equal(
        "Internal INTERNAL: An internal error occurred.\n  correlation_id: 0af7651916cd43dd8448eb211c80319c",
        ErrorText.Of(RpcErrors.Of(ErrorReason.Internal, retryAfter: null, ("correlation_id", "0af7651916cd43dd8448eb211c80319c"))));

    [Theory]
    [InlineData(0, "1 s")]
    [InlineData(0.2, "1 s")]
    [InlineData(1, "1 s")]
    [InlineData(1.5, "2 s")]
    [InlineData(119, "119 s")]
    [InlineData(121, "3 min")]
    [InlineData(7_200, "2 h 0 min")]
    [InlineData(27_000, "7 h 30 min")]
    public void Of_ADelay_TellsWhenToTryAgain(double seconds, string expected) => Assert.Equal(
        $"ResourceExhausted RATE_LIMITED: Too many calls.\nTry again in {expected}.",
        ErrorText.Of(RpcErrors.Of(ErrorReason.RateLimited, TimeSpan.FromSeconds(seconds))));

    [Fact]
    public void Of_ADelayOfAnImpossibleLength_IsStillText() => Assert.EndsWith(
        "Try again in 999 h 0 min.",
        ErrorText.Of(With("", new RetryInfo { RetryDelay = new Duration { Seconds = long.MaxValue, Nanos = -1 } })),
        StringComparison.Ordinal);

    [Fact]
    public void Of_AStatusOfAnotherServer_IsToldAsItIs()
    {
        Assert.Equal("Unavailable: Error connecting to subchannel.", ErrorText.Of(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "Error connecting to subchannel."))));
        Assert.Equal("Unknown: ", ErrorText.Of(With("", new ErrorInfo { Domain = "elsewhere", Reason = "SOMETHING" })));
    }

    [Fact]
    public void Of_TextThatActsOnTerminals_IsMadeHarmless()
    {
        var text = ErrorText.Of(With(
            "cleared\u001b[2J",
            new ErrorInfo { Domain = RpcErrors.Domain, Reason = "R\u0007", Metadata = { { "n\n", "v\u202e" + new string('x', 1_000) } } },
            new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "f\r", Description = "d\u009b" } } }));

        Assert.DoesNotContain(text.Replace("\n", "", StringComparison.Ordinal), char.IsControl);
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("cleared\\u001B[2J", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split('\n').Length);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 1, 300));
    }

    private static RpcException With(string message, params IMessage[] details)
    {
        var status = new Google.Rpc.Status { Code = (int)StatusCode.Unknown, Message = message, Details = { details.Select(Any.Pack) } };
        return new RpcException(new Grpc.Core.Status(StatusCode.Unknown, message), new Metadata { { RpcErrors.DetailsTrailer, status.ToByteArray() } });
    }
}
