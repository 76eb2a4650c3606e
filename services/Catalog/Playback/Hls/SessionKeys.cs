using System.Buffers.Binary;
using System.Text;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>
/// EXT-X-SESSION-KEY (RFC 8216bis 4.4.6.5): players ask for licences before they have a media playlist. A licence server's address is
/// not in the rows; applications configure it.
/// </summary>
internal static class SessionKeys
{
    private const string Widevine = "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed";
    private const string PlayReady = "com.microsoft.playready";
    private const string FairPlay = "com.apple.streamingkeydelivery";

    private static readonly byte[] WidevineSystemId = Convert.FromHexString("edef8ba979d64acea3c827dcd51d21ed");

    /// <summary>The KEYFORMAT of a DRM system.</summary>
    public static string FormatOf(DrmSystem system) => system switch
    {
        DrmSystem.Widevine => Widevine,
        DrmSystem.Playready => PlayReady,
        _ => FairPlay,
    };

    /// <summary>One tag for each system and key.</summary>
    public static IEnumerable<string> Of(IEnumerable<StreamVariant> variants) => variants
        .Where(variant => variant.DrmSystem is DrmSystem.Widevine or DrmSystem.Playready or DrmSystem.Fairplay)
        .Where(variant => Guid.TryParseExact(variant.DrmKeyId, "D", out _))
        .Select(variant => (System: variant.DrmSystem, Key: Guid.Parse(variant.DrmKeyId), Scheme: variant.EncryptionScheme))
        .DistinctBy(key => (key.System, key.Key))
        .OrderBy(key => key.System)
        .ThenBy(key => key.Key.ToString("D"), StringComparer.Ordinal)
        .Select(key => Tag(key.System, key.Key, key.Scheme is EncryptionScheme.Cenc && key.System is not DrmSystem.Fairplay));

    private static string Tag(DrmSystem system, Guid key, bool isCtr)
    {
        var uri = system switch
        {
            DrmSystem.Widevine => $"data:text/plain;base64,{Convert.ToBase64String(WidevineBox(key, isCtr))}",
            DrmSystem.Playready => $"data:text/plain;charset=UTF-16;base64,{Convert.ToBase64String(PlayReadyObject(key, isCtr))}",
            _ => $"skd://{key:D}",
        };
        return new PlaylistTag("EXT-X-SESSION-KEY")
            .Add("METHOD", isCtr ? "SAMPLE-AES-CTR" : "SAMPLE-AES")
            .AddQuoted("URI", uri)
            // Players of these two read the key id here; others ignore an attribute that they do not know.
            .Add("KEYID", system is DrmSystem.Fairplay ? null : $"0x{key:N}")
            .AddQuoted("KEYFORMAT", FormatOf(system))
            .AddQuoted("KEYFORMATVERSIONS", "1")
            .ToString();
    }

    /// <summary>A <c>pssh</c> box of version 0 (ISO/IEC 23001-7 8.1) with Widevine's message: field 2 is the key id, field 9 the scheme.</summary>
    public static byte[] WidevineBox(Guid key, bool isCtr)
    {
        byte[] data = [0x12, 16, .. key.ToByteArray(bigEndian: true), 0x48, .. Varint(isCtr ? "cenc" : "cbcs")];
        var box = new byte[32 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        "pssh"u8.CopyTo(box.AsSpan(4));
        WidevineSystemId.CopyTo(box.AsSpan(12));
        BinaryPrimitives.WriteInt32BigEndian(box.AsSpan(28), data.Length);
        data.CopyTo(box.AsSpan(32));
        return box;
    }

    /// <summary>
    /// A PlayReady Object with one record, the header of version 4.0 for AES-CTR and 4.3 for AES-CBC. It has the key id in the byte order
    /// of a GUID, little-endian.
    /// </summary>
    public static byte[] PlayReadyObject(Guid key, bool isCtr)
    {
        var id = Convert.ToBase64String(key.ToByteArray());
        var (version, data) = isCtr
            ? ("4.0.0.0", $"<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>{id}</KID>")
            : ("4.3.0.0", $"<PROTECTINFO><KIDS><KID ALGID=\"AESCBC\" VALUE=\"{id}\"></KID></KIDS></PROTECTINFO>");
        var header = Encoding.Unicode.GetBytes(
            $"<WRMHEADER xmlns=\"http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader\" version=\"{version}\"><DATA>{data}</DATA></WRMHEADER>");
        var result = new byte[10 + header.Length];
        BinaryPrimitives.WriteInt32LittleEndian(result, result.Length);
        BinaryPrimitives.WriteInt16LittleEndian(result.AsSpan(4), 1);
        BinaryPrimitives.WriteInt16LittleEndian(result.AsSpan(6), 1);
        BinaryPrimitives.WriteInt16LittleEndian(result.AsSpan(8), (short)header.Length);
        header.CopyTo(result, 10);
        return result;
    }

    /// <summary>A four-character code as protocol buffers write a number: seven bits at a time, the lowest first.</summary>
    private static byte[] Varint(string code)
    {
        var rest = BinaryPrimitives.ReadUInt32BigEndian(Encoding.ASCII.GetBytes(code));
        var bytes = new List<byte>();
        for (; rest >= 0x80; rest >>= 7)
        {
            bytes.Add((byte)(rest | 0x80));
        }

        bytes.Add((byte)rest);
        return [.. bytes];
    }
}
