using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using GrpcTests.Harness;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GrpcTests.Web;

/// <summary>A deadline that passes while the method writes: the answer has whole messages, then the trailers, then nothing.</summary>
public sealed class GrpcWebDeadlineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Deadline_PassedInTheMiddleOfAMessage_LeavesTheMessageOut(string dialect)
    {
        using var pause = new Pause();
        await using var server = await GrpcWebServer.StartAsync(
            app => app.MapGrpcService<WritesHalf>(), services: services => services.AddSingleton(pause));

        var answer = await server.CallAsync(Dialect.Of(dialect), "Repeat", RawCall.Frame(new RepeatRequest()), ("grpc-timeout", "2S")).WaitAsync(Patience);
        pause.Continue();

        Assert.Equal("whole", Assert.Single(answer.Echoes).Text);
        Assert.Equal("4", answer.Trailers["grpc-status"]);
        Assert.IsType<InvalidOperationException>(await pause.Refusal.Task.WaitAsync(Patience));
    }

    [Theory]
    [MemberData(nameof(Dialect.All), MemberType = typeof(Dialect))]
    public async Task Deadline_PassedBetweenWrites_EndsEveryAnswerWhole(string dialect)
    {
        var failures = new ConcurrentQueue<Exception>();
        await using var server = await GrpcWebServer.StartAsync(
            app => app.MapGrpcService<WritesOn>(), services: services => services.AddSingleton(failures));
        var spoken = Dialect.Of(dialect);

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, stop) =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"call {i}");
            var timeout = string.Create(CultureInfo.InvariantCulture, $"{1 + (i % 20)}m");
            var answer = await server.CallAsync(spoken, "Repeat", RawCall.Frame(new RepeatRequest { Text = id }), ("grpc-timeout", timeout)).WaitAsync(Patience, stop);

            Assert.Equal(StatusCode.DeadlineExceeded, answer.Status);
            // Without messages, the status is among the headers.
            Assert.True(answer.Messages.Count == 0 || answer.TrailerBlock is not null);
            Assert.Equal(Enumerable.Range(0, answer.Messages.Count).Select(n => WritesOn.Message(id, n)), answer.Echoes);
        });
        // Nothing but refused writes.
        Assert.All(failures, failure => Assert.True(failure is InvalidOperationException or OperationCanceledException, failure.ToString()));
    }

    /// <summary>Bytes that nobody can read until they are let go.</summary>
    private sealed class Pause : MemoryManager<byte>
    {
        private readonly ManualResetEventSlim _continue = new();
        private readonly byte[] _bytes = new byte[100];

        public TaskCompletionSource<Exception> Refusal { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Memory<byte> Memory => CreateMemory(_bytes.Length);

        public void Continue() => _continue.Set();

        public override Span<byte> GetSpan()
        {
            Assert.True(_continue.Wait(Patience));
            return _bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => _continue.Dispose();
    }

    private sealed class WritesHalf(Pause pause) : SampleService.SampleServiceBase
    {
        public override async Task Repeat(RepeatRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new EchoResponse { Text = "whole" });
            var half = new EchoResponse { Text = "half", Payload = UnsafeByteOperations.UnsafeWrap(pause.Memory) };
            pause.Refusal.TrySetResult(await Record.ExceptionAsync(() => responseStream.WriteAsync(half)));
        }
    }

    private sealed class WritesOn(ConcurrentQueue<Exception> failures) : SampleService.SampleServiceBase
    {
        private const int MaxMessages = 20_000;

        public static EchoResponse Message(string id, int n) => new()
        {
            Text = string.Create(CultureInfo.InvariantCulture, $"{id}, {n}"),
            Payload = ByteString.CopyFrom([.. Enumerable.Repeat((byte)n, n * 37 % 500)]),
        };

        public override async Task Repeat(RepeatRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
        {
            try
            {
                for (var n = 0; n < MaxMessages; n++)
                    await responseStream.WriteAsync(Message(request.Text, n));
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
                throw;
            }
        }
    }
}
