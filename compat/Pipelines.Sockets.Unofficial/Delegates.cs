namespace Pipelines.Sockets.Unofficial;

/// <summary>Walks the targets of a multicast delegate without allocating.</summary>
public static class Delegates
{
    /// <summary>Whether the delegate has exactly one target.</summary>
    public static bool IsSingle(MulticastDelegate handler) => handler.HasSingleTarget;

    /// <summary>The delegate's targets, in invocation order; none for null.</summary>
    public static DelegateEnumerable<T> AsEnumerable<T>(this T handler) where T : MulticastDelegate => new(handler);

    /// <summary>The targets of one delegate.</summary>
    public readonly struct DelegateEnumerable<T> where T : MulticastDelegate
    {
        private readonly T? _handler;

        internal DelegateEnumerable(T? handler) => _handler = handler;

        public DelegateEnumerator<T> GetEnumerator() => new(_handler);
    }

    /// <summary>A position among the targets.</summary>
    public struct DelegateEnumerator<T> where T : MulticastDelegate
    {
        private Delegate.InvocationListEnumerator<T> _targets;

        internal DelegateEnumerator(T? handler) => _targets = Delegate.EnumerateInvocationList(handler);

        public readonly T Current => _targets.Current;

        public bool MoveNext() => _targets.MoveNext();
    }
}
