using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using GrpcTests.Sample;

namespace GrpcTests.Core;

public sealed class MarshallerTests
{
    private static readonly EchoRequest Message = new() { Text = "text" };

    [Fact]
    public void Create_FromArrayFunctions_WorksThroughContexts()
    {
        var marshaller = Marshallers.Create(message => message.ToByteArray(), EchoRequest.Parser.ParseFrom);

        Assert.Equal(Message, RoundTrip(marshaller));
        Assert.Equal(Message, marshaller.Deserializer(marshaller.Serializer(Message)));
    }

    [Fact]
    public void Create_FromContextFunctions_WorksThroughArrays()
    {
        var marshaller = Marshallers.Create<EchoRequest>(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => EchoRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

        Assert.Equal(Message, marshaller.Deserializer(marshaller.Serializer(Message)));
        Assert.Equal(Message, RoundTrip(marshaller));
    }

    [Fact]
    public void Serializer_NotCompleted_IsRefused()
    {
        var marshaller = Marshallers.Create<EchoRequest>((message, context) => message.WriteTo(context.GetBufferWriter()), _ => Message);

        Assert.Throws<InvalidOperationException>(() => marshaller.Serializer(Message));
    }

    [Fact]
    public void StringMarshaller_AnyText_IsUtf8()
    {
        Assert.Equal("ü"u8.ToArray(), Marshallers.StringMarshaller.Serializer("ü"));
        Assert.Equal("ü", Marshallers.StringMarshaller.Deserializer([0xc3, 0xbc]));
    }

    [Fact]
    public void Method_Parts_FormThePath()
    {
        var method = new Method<string, string>(
            MethodType.DuplexStreaming, "a.b.Service", "Call", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        Assert.Equal("/a.b.Service/Call", method.FullName);
        Assert.Equal(MethodType.DuplexStreaming, method.Type);
    }

    private static EchoRequest RoundTrip(Marshaller<EchoRequest> marshaller)
    {
        var written = new WrittenMessage();
        marshaller.ContextualSerializer(Message, written);
        return marshaller.ContextualDeserializer(new ReadMessage(written.Bytes));
    }

    private sealed class WrittenMessage : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _writer = new();

        public byte[] Bytes { get; private set; } = [];

        public override void Complete(byte[] payload) => Bytes = payload;

        public override IBufferWriter<byte> GetBufferWriter() => _writer;

        public override void Complete() => Bytes = _writer.WrittenSpan.ToArray();
    }

    private sealed class ReadMessage(byte[] bytes) : DeserializationContext
    {
        public override int PayloadLength => bytes.Length;

        public override byte[] PayloadAsNewBuffer() => bytes;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(bytes);
    }
}
