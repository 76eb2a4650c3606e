using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MoviesNow.Storage.Tests.Zip;

/// <summary>ZIPs to inspect: made by the framework, then bent by hand.</summary>
internal static class ZipBytes
{
    public const int EndSize = 22;

    public static byte[] Make(params (string Path, byte[] Content)[] files)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Two() => Make(("S01E01.txt", Encoding.UTF8.GetBytes("one one one one")), ("sub/S01E02.txt", Encoding.UTF8.GetBytes("two")));

    public static int End(byte[] zip) => zip.Length - EndSize;

    public static int Directory(byte[] zip) => (int)BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(End(zip) + 16));

    /// <summary>Changes two bytes of the directory's first record.</summary>
    public static byte[] WithRecord(int at, ushort value)
    {
        var zip = Two();
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(Directory(zip) + at), value);
        return zip;
    }

    public static byte[] WithRecord32(int at, uint value)
    {
        var zip = Two();
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(Directory(zip) + at), value);
        return zip;
    }

    public static byte[] WithEnd(int at, ushort value)
    {
        var zip = Two();
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(End(zip) + at), value);
        return zip;
    }

    /// <summary>Puts another name of the same length into both headers of an entry.</summary>
    public static byte[] Renamed(string from, string to) => Replaced(Two(), Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));

    public static byte[] Replaced(byte[] zip, byte[] from, byte[] to)
    {
        Assert.Equal(from.Length, to.Length);
        for (var i = zip.AsSpan().IndexOf(from); i >= 0; i = zip.AsSpan().IndexOf(from))
            to.CopyTo(zip, i);
        return zip;
    }

    public static byte[] WithComment(byte[] zip, byte[] comment)
    {
        byte[] longer = [.. zip, .. comment];
        BinaryPrimitives.WriteUInt16LittleEndian(longer.AsSpan(zip.Length - 2), (ushort)comment.Length);
        return longer;
    }

    /// <summary>Moves count, size and offset of the directory into a ZIP64 record, as for more than 4 GiB or 65,534 entries.</summary>
    /// <param name="zip">The ZIP.</param>
    /// <param name="keepShort">Whether the short record says it all too, as Info-ZIP writes it for a ZIP of its standard input.</param>
    public static byte[] With64(byte[] zip, bool keepShort = false)
    {
        var end = End(zip);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(end + 10));
        var size = BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(end + 12));
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(end + 16));
        var record = new byte[56 + 20];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(24), count);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), count);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(40), size);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), offset);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(56), 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(64), end);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(72), 1);
        var tail = zip[end..];
        if (!keepShort)
            tail.AsSpan(8, 12).Fill(0xff);
        return [.. zip[..end], .. record, .. tail];
    }
}
