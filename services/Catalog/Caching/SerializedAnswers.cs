using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;

namespace MoviesNow.Catalog.Caching;

/// <summary>
/// Keeps answers that many calls get as the bytes that go over the wire, so that they are serialized once and not for every call. Only
/// answers that nothing changes any more may be kept; their bytes go when they do.
/// </summary>
internal static class SerializedAnswers
{
    private static readonly ConditionalWeakTable<IMessage, byte[]> Kept = [];

    /// <summary>Serializes an answer now; a service that is bound with <see cref="Binder"/> then sends these bytes.</summary>
    public static T Keep<T>(T answer) where T : class, IMessage
    {
        Kept.AddOrUpdate(answer, answer.ToByteArray());
        return answer;
    }

    /// <summary>Binds unary methods whose answers may be kept.</summary>
    /// <param name="inner">Where they are bound.</param>
    public sealed class Binder(ServiceBinderBase inner) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => inner.AddMethod(
            new Method<TRequest, TResponse>(
                method.Type, method.ServiceName, method.Name, method.RequestMarshaller, SendingKept(method.ResponseMarshaller)),
            handler);

        private static Marshaller<T> SendingKept<T>(Marshaller<T> marshaller) => new(
            (answer, context) =>
            {
                if (answer is IMessage message && Kept.TryGetValue(message, out var bytes))
                {
                    context.Complete(bytes);
                }
                else
                {
                    marshaller.ContextualSerializer(answer, context);
                }
            },
            marshaller.ContextualDeserializer);
    }
}
