using Pipelines.Sockets.Unofficial;
using Pipelines.Sockets.Unofficial.Arenas;

namespace Compat.Redis.Tests;

public sealed class ArenaTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void Allocate_AnyLength_HoldsWhatIsWritten(int length)
    {
        using var arena = new Arena<int>();
        var sequence = arena.Allocate(length);
        var writer = sequence.GetEnumerator();
        for (var i = 0; i < length; i++)
            writer.GetNext() = i;

        Assert.Equal(length, sequence.Length);
        Assert.Equal(length == 0, sequence.IsEmpty);
        Assert.Equal(Enumerable.Range(0, length).Select(static i => i * 2L), sequence.ToArray(static (in int i) => i * 2L));
    }

    [Fact]
    public void Allocate_ManyBlocks_RunsDoNotOverlap()
    {
        using var arena = new Arena<int>(new ArenaOptions(blockSizeBytes: 256));
        var sequences = Enumerable.Range(1, 200).Select(i =>
        {
            var sequence = arena.Allocate((i % 50) + 1);
            foreach (ref var item in sequence)
                item = i;
            return sequence;
        }).ToArray();

        for (var i = 0; i < sequences.Length; i++)
            Assert.All(sequences[i].ToArray(static (in int item) => item), item => Assert.Equal(i + 1, item));
    }

    [Fact]
    public void Reset_Reused_ElementsAreCleared()
    {
        using var arena = new Arena<string?>(new ArenaOptions(blockSizeBytes: 256));
        for (var round = 0; round < 3; round++)
        {
            for (var run = 0; run < 10; run++)
            {
                foreach (ref var item in arena.Allocate(7))
                {
                    Assert.Null(item);
                    item = "left over";
                }
            }

            arena.Reset();
        }
    }

    [Fact]
    public void GetNext_PastTheEnd_Throws()
    {
        using var arena = new Arena<int>();
        var reader = arena.Allocate(1).GetEnumerator();
        reader.GetNext() = 1;

        var thrown = false;
        try
        {
            reader.GetNext();
        }
        catch (Exception)
        {
            thrown = true;
        }

        Assert.True(thrown);
    }

    [Fact]
    public void Untyped_CastBack_IsTheSameRun()
    {
        using var arena = new Arena<int>();
        var sequence = arena.Allocate(3);
        sequence[2] = 42;
        var untyped = sequence.Untyped();

        Assert.Equal(3, untyped.Length);
        Assert.Equal(42, untyped.Cast<int>()[2]);
        Assert.ThrowsAny<Exception>(() => untyped.Cast<long>());
    }

    [Fact]
    public void CopyTo_WithState_ProjectsEach()
    {
        using var arena = new Arena<int>();
        var sequence = arena.Allocate(2);
        (sequence[0], sequence[1]) = (1, 2);
        var copy = new string[2];

        sequence.CopyTo(copy, static (in int i) => $"{i}");

        Assert.Equal(["1", "2"], copy);
        Assert.Equal(["a1", "a2"], sequence.ToArray(static (in int i, in string prefix) => prefix + i, "a"));
    }

    [Fact]
    public void AsEnumerable_Multicast_GivesTargetsInOrder()
    {
        var calls = new List<int>();
        Action handlers = () => calls.Add(1);
        Assert.True(Delegates.IsSingle(handlers));
        handlers += () => calls.Add(2);
        Assert.False(Delegates.IsSingle(handlers));

        foreach (var handler in handlers.AsEnumerable())
            handler();

        Assert.Equal([1, 2], calls);
    }
}
