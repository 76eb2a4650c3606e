using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using GrpcTests.Sample;
using Status = Grpc.Core.Status;

namespace GrpcTests.Harness;

public sealed class SampleHandler(Observations observations) : SampleService.SampleServiceBase
{
    public const string InterceptorsKey = "interceptors";

    public override async Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders)
        {
            if (entry.Key.StartsWith("mirror-header-", StringComparison.Ordinal))
                headers.Add(entry);
            else if (entry.Key.StartsWith("mirror-trailer-", StringComparison.Ordinal))
                context.ResponseTrailers.Add(entry);
        }

        if (headers.Count > 0)
            await context.WriteResponseHeadersAsync(headers);
        if (context.RequestHeaders.GetValue("no-compress") is not null)
            context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        return new EchoResponse { Text = request.Text, Payload = request.Payload };
    }

    public override async Task<EchoResponse> Collect(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            texts.Add(request.Text);
        return new EchoResponse { Text = string.Join(',', texts) };
    }

    public override async Task Repeat(RepeatRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
    {
        for (var i = 1; i <= request.Times; i++)
            await responseStream.WriteAsync(new EchoResponse { Text = string.Create(CultureInfo.InvariantCulture, $"{request.Text} {i}") });
        context.ResponseTrailers.Add("count", request.Times.ToString(CultureInfo.InvariantCulture));
    }

    public override async Task Chat(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext())
            await responseStream.WriteAsync(new EchoResponse { Text = requestStream.Current.Text }, context.CancellationToken);
    }

    public override async Task Hang(HangRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new EchoResponse { Text = "hanging" });
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }
        finally
        {
            observations.Record($"{request.Id} cancelled");
        }
    }

    public override Task<EchoResponse> Fail(FailRequest request, ServerCallContext context)
    {
        var status = new Status((StatusCode)request.Code, request.Message);
        switch (request.How)
        {
            case FailRequest.Types.How.Status:
                throw new RpcException(status, new Metadata { { "why", "asked" } });
            case FailRequest.Types.How.RichStatus:
                throw new RpcException(status, new Metadata { { "grpc-status-details-bin", RichStatus(request).ToByteArray() } });
            case FailRequest.Types.How.ContextStatus:
                context.Status = status;
                return Task.FromResult(new EchoResponse());
            default:
                throw new InvalidOperationException(request.Message);
        }
    }

    public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context) => Task.FromResult(new DescribeResponse
    {
        Method = context.Method,
        Host = context.Host,
        Peer = context.Peer,
        PeerAuthenticated = context.AuthContext.IsPeerAuthenticated,
        TimeLeft = context.Deadline == DateTime.MaxValue ? null : Duration.FromTimeSpan(context.Deadline - DateTime.UtcNow),
        Headers = { context.RequestHeaders.Select(Describe) },
        Interceptors = { context.UserState.TryGetValue(InterceptorsKey, out var names) ? (List<string>)names : [] },
    });

    private static string Describe(Metadata.Entry entry) =>
        entry.IsBinary ? $"{entry.Key}:{Convert.ToBase64String(entry.ValueBytes)}" : $"{entry.Key}={entry.Value}";

    private static Google.Rpc.Status RichStatus(FailRequest request) => new()
    {
        Code = request.Code,
        Message = request.Message,
        Details =
        {
            // CommonProtos 2.0.0 calls field 1 of ErrorInfo "type"; it is "reason" today.
            Any.Pack(new ErrorInfo { Type = "ASKED_TO_FAIL", Domain = "sample" }),
            Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "text", Description = "too short" } } }),
        },
    };
}
