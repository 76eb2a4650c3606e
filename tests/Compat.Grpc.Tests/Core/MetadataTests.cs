using Grpc.Core;

namespace GrpcTests.Core;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("x-request-id")]
    [InlineData("with_underscore.and.dots")]
    [InlineData("0123456789")]
    public void Entry_AllowedKey_IsKept(string key) => Assert.Equal(key, new Metadata.Entry(key, "value").Key);

    [Theory]
    [InlineData("X-Request-ID", "x-request-id")]
    [InlineData("ABC", "abc")]
    public void Entry_UpperCaseKey_BecomesLowerCase(string key, string expected) => Assert.Equal(expected, new Metadata.Entry(key, "value").Key);

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("with:colon")]
    [InlineData(":authority")]
    [InlineData("with/slash")]
    [InlineData("größe")]
    [InlineData("line\nbreak")]
    public void Entry_OtherKey_IsRefused(string key) => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Theory]
    [InlineData("with space-bin")]
    [InlineData("größe-bin")]
    public void Entry_OtherBinaryKey_IsRefused(string key) => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, [1]));

    [Fact]
    public void Entry_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "value"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key-bin", (byte[])null!));
    }

    [Fact]
    public void Entry_TextUnderBinaryKey_IsRefused() => Assert.Throws<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));

    [Fact]
    public void Entry_BytesUnderTextKey_AreRefused() => Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", [1]));

    [Fact]
    public void Entry_Text_IsAlsoBytes()
    {
        var entry = new Metadata.Entry("key", "text");

        Assert.False(entry.IsBinary);
        Assert.Equal("text"u8.ToArray(), entry.ValueBytes);
        Assert.Equal("[Entry: key=key, value=text]", entry.ToString());
    }

    [Fact]
    public void Entry_Bytes_AreCopiedInAndOut()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("Key-Bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.True(entry.IsBinary);
        Assert.Equal("key-bin", entry.Key);
        Assert.Equal([1, 2, 3], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void Get_SeveralEntries_GivesTheLastAndAllInOrder()
    {
        var metadata = new Metadata { { "key", "first" }, { "other", "between" }, { "key", "last" } };

        Assert.Equal("last", metadata.GetValue("key"));
        Assert.Equal("last", metadata.Get("KEY")!.Value);
        Assert.Equal(["first", "last"], metadata.GetAll("key").Select(entry => entry.Value));
        Assert.Empty(metadata.GetAll("none"));
        Assert.Null(metadata.Get("none"));
        Assert.Null(metadata.GetValue("none"));
        Assert.Null(metadata.GetValueBytes("none"));
    }

    [Fact]
    public void List_AllOperations_KeepOrder()
    {
        var metadata = new Metadata { { "b", "2" } };
        metadata.Insert(0, new Metadata.Entry("a", "1"));
        metadata.Add(new Metadata.Entry("c-bin", [3]));
        Assert.Equal(["a", "b", "c-bin"], metadata.Select(entry => entry.Key));

        var second = metadata[1];
        Assert.Equal(1, metadata.IndexOf(second));
        Assert.Contains(second, metadata);
        metadata[0] = new Metadata.Entry("z", "26");
        Assert.True(metadata.Remove(second));
        metadata.RemoveAt(1);
        Assert.Equal("z", Assert.Single(metadata).Key);

        var copy = new Metadata.Entry[1];
        metadata.CopyTo(copy, 0);
        Assert.Equal("26", copy[0].Value);
        metadata.Clear();
        Assert.Empty(metadata);
    }

    [Fact]
    public void Empty_Changed_IsRefused()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Empty(Metadata.Empty);
    }
}
