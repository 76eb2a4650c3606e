using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

public sealed class RpcErrorsTests
{
    [Fact]
    public void Of_AReason_CarriesExactlyOneErrorInfo()
    {
        var error = RpcErrors.Of(ErrorReason.InvalidState, retryAfter: null, ("state", "DRAFT"));
        var details = DetailsOf(error);

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal((int)StatusCode.FailedPrecondition, details.Code);
        Assert.Equal(error.Status.Detail, details.Message);
        var info = Assert.Single(details.Details);
        Assert.Equal("type.googleapis.com/google.rpc.ErrorInfo", info.TypeUrl);
        Assert.Equal("DRAFT", info.Unpack<ErrorInfo>().Metadata["state"]);
    }

    [Fact]
    public void Of_AReason_HasTheFieldNumbersThatOtherClientsRead()
    {
        var input = new CodedInputStream(DetailsOf(RpcErrors.Of(ErrorReason.BundleExists)).Details[0].Value.ToByteArray());

        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), input.ReadTag());
        Assert.Equal("BUNDLE_EXISTS", input.ReadString());
        Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.LengthDelimited), input.ReadTag());
        Assert.Equal("moviesnow", input.ReadString());
        Assert.True(input.IsAtEnd);
    }

    [Fact]
    public void Of_ADelay_CarriesRetryInfo()
    {
        var error = RpcErrors.Of(ErrorReason.RateLimited, TimeSpan.FromSeconds(2.5));

        Assert.Equal(["ErrorInfo", "RetryInfo"], TypesOf(error));
        Assert.Equal(TimeSpan.FromSeconds(2.5), RpcErrors.DetailOf<RetryInfo>(error)!.RetryDelay.ToTimeSpan());
    }

    [Fact]
    public void Of_ADetail_IsToldByMessageStatusAndMetadataAlike()
    {
        var error = RpcErrors.Of(ErrorReason.ZipUnreadable, retryAfter: null, ("rule", "ENCRYPTED"), (RpcErrors.Detail, "the entry \"a\" is encrypted"));

        const string message = "The object is not a readable ZIP file: the entry \"a\" is encrypted.";
        Assert.Equal((message, message), (error.Status.Detail, DetailsOf(error).Message));
        Assert.Equal(("ENCRYPTED", "the entry \"a\" is encrypted"), (RpcErrors.InfoOf(error)!.Metadata["rule"], RpcErrors.InfoOf(error)!.Metadata["detail"]));
    }

    [Fact]
    public void Of_TextThatACallerChose_IsPrintableAndBoundedWhereverItIsTold()
    {
        var hostile = $"\u001b[2J\r\n\u202e{new string('x', 100_000)}";

        var error = RpcErrors.Of(ErrorReason.ZipUnreadable, retryAfter: null, ("entry", hostile), (RpcErrors.Detail, hostile));

        var metadata = RpcErrors.InfoOf(error)!.Metadata;
        Assert.All([error.Status.Detail, metadata["entry"], metadata["detail"]], text =>
        {
            Assert.Contains("\\u001B[2J\\u000D\\u000A\\u202E", text, StringComparison.Ordinal);
            Assert.DoesNotContain(text, char.IsControl);
        });
        Assert.Equal((256, 512), (metadata["entry"].Length, metadata["detail"].Length));
        Assert.InRange(error.Status.Detail.Length, 512, 600);
    }

    [Fact]
    public void InvalidFields_SeveralViolations_CarriesThemAllInOneBadRequest()
    {
        var error = RpcErrors.InvalidFields([new() { Field = "name", Description = "is required" }, new() { Field = "kind", Description = "is required" }]);

        Assert.Equal(["ErrorInfo", "BadRequest"], TypesOf(error));
        Assert.Equal(["name", "kind"], RpcErrors.DetailOf<BadRequest>(error)!.FieldViolations.Select(violation => violation.Field));
        Assert.Equal("INVALID_FIELDS", RpcErrors.InfoOf(error)!.Reason);
    }

    [Fact]
    public void DetailOf_AbsentDetail_IsNull()
    {
        Assert.Null(RpcErrors.DetailOf<RetryInfo>(RpcErrors.Of(ErrorReason.TitleNotFound)));
        Assert.Null(RpcErrors.InfoOf(new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "bare"))));
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff })]
    [InlineData(new byte[] { 0x1a, 0x7f })]
    public void InfoOf_BytesThatAreNoStatus_IsNull(byte[] bytes) => Assert.Null(RpcErrors.InfoOf(With(bytes)));

    [Fact]
    public void InfoOf_AnotherDomain_IsNull()
    {
        var status = new Google.Rpc.Status { Details = { Google.Protobuf.WellKnownTypes.Any.Pack(new ErrorInfo { Domain = "elsewhere", Reason = "INTERNAL" }) } };

        Assert.Null(RpcErrors.InfoOf(With(status.ToByteArray())));
    }

    private static RpcException With(byte[] details) =>
        new(new Grpc.Core.Status(StatusCode.Unknown, ""), new Metadata { { RpcErrors.DetailsTrailer, details } });

    private static Google.Rpc.Status DetailsOf(RpcException error) =>
        Google.Rpc.Status.Parser.ParseFrom(Assert.Single(error.Trailers, entry => entry.Key == "grpc-status-details-bin").ValueBytes);

    private static IEnumerable<string> TypesOf(RpcException error) => DetailsOf(error).Details.Select(detail => detail.TypeUrl.Split('.')[^1]);
}
