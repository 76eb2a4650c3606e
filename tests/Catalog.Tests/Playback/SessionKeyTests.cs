using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;
using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;
using static MoviesNow.Catalog.Tests.Playback.PlaylistRows;

namespace MoviesNow.Catalog.Tests.Playback;

public sealed class SessionKeyTests
{
    private static readonly Guid Key = Guid.ParseExact(KeyId, "D");

    [Theory]
    [InlineData(DrmSystem.Fairplay, EncryptionScheme.Cbcs, "SAMPLE-AES", "com.apple.streamingkeydelivery")]
    [InlineData(DrmSystem.Widevine, EncryptionScheme.Cbcs, "SAMPLE-AES", "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed")]
    [InlineData(DrmSystem.Widevine, EncryptionScheme.Cenc, "SAMPLE-AES-CTR", "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed")]
    [InlineData(DrmSystem.Playready, EncryptionScheme.Cbcs, "SAMPLE-AES", "com.microsoft.playready")]
    [InlineData(DrmSystem.Playready, EncryptionScheme.Cenc, "SAMPLE-AES-CTR", "com.microsoft.playready")]
    public void Write_EncryptedLadder_HasOneKeyForAllItsTiers(DrmSystem system, EncryptionScheme scheme, string method, string format)
    {
        var audio = Audio("en");
        Encrypted(system, scheme)(audio);

        var key = Assert.Single(Read(Ladder(Encrypted(system, scheme)), audio).Keys);

        Assert.Equal((method, $"\"{format}\"", "\"1\""), (key["METHOD"], key["KEYFORMAT"], key["KEYFORMATVERSIONS"]));
        Assert.Equal(system is DrmSystem.Fairplay ? null : "0x6b1f4a3c2d5e4f809a1b0c2d3e4f5061", key.GetValueOrDefault("KEYID"));
    }

    [Fact]
    public void Write_KeysThatDiffer_HaveATagEachInOneOrder()
    {
        var videos = Ladder(Encrypted(DrmSystem.Fairplay, EncryptionScheme.Cbcs));
        Encrypted(DrmSystem.Fairplay, EncryptionScheme.Cbcs, "00000000-0000-0000-0000-000000000001")(videos[0]);
        Encrypted(DrmSystem.Widevine, EncryptionScheme.Cbcs)(videos[1]);

        var keys = Read(videos).Keys;

        Assert.Equal("\"urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\"", keys[0]["KEYFORMAT"]);
        Assert.Equal(["\"skd://00000000-0000-0000-0000-000000000001\"", $"\"skd://{KeyId}\""], keys.Skip(1).Select(key => key["URI"]));
    }

    [Fact]
    public void Write_ClearLadder_HasNoKey() => Assert.Empty(Read(Ladder()).Keys);

    [Theory]
    [InlineData(true, "cenc")]
    [InlineData(false, "cbcs")]
    public void WidevineBox_OfAKey_IsAPsshBoxThatNamesKeyAndScheme(bool isCtr, string scheme)
    {
        var box = SessionKeys.WidevineBox(Key, isCtr);

        Assert.Equal(box.Length, BinaryPrimitives.ReadInt32BigEndian(box));
        Assert.Equal("pssh"u8.ToArray(), box[4..8]);
        Assert.Equal(new byte[4], box[8..12]);
        Assert.Equal("EDEF8BA979D64ACEA3C827DCD51D21ED", Convert.ToHexString(box[12..28]));
        Assert.Equal(box.Length - 32, BinaryPrimitives.ReadInt32BigEndian(box.AsSpan(28)));
        var message = new Google.Protobuf.CodedInputStream(box[32..]);
        Assert.Equal(2, Google.Protobuf.WireFormat.GetTagFieldNumber(message.ReadTag()));
        Assert.Equal(Convert.FromHexString(KeyId.Replace("-", "", StringComparison.Ordinal)), message.ReadBytes().ToByteArray());
        Assert.Equal(9, Google.Protobuf.WireFormat.GetTagFieldNumber(message.ReadTag()));
        Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(Encoding.ASCII.GetBytes(scheme)), message.ReadUInt32());
        Assert.True(message.IsAtEnd);
    }

    [Theory]
    [InlineData(true, "4.0.0.0")]
    [InlineData(false, "4.3.0.0")]
    public void PlayReadyObject_OfAKey_HasOneHeaderThatNamesIt(bool isCtr, string version)
    {
        var bytes = SessionKeys.PlayReadyObject(Key, isCtr);

        Assert.Equal(bytes.Length, BinaryPrimitives.ReadInt32LittleEndian(bytes));
        Assert.Equal((1, 1, bytes.Length - 10), (
            BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(4)),
            BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(6)),
            BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(8))));
        var header = XElement.Parse(Encoding.Unicode.GetString(bytes, 10, bytes.Length - 10));
        Assert.Equal(version, header.Attribute("version")!.Value);
        var key = header.Descendants().Single(element => element.Name.LocalName is "KID");
        Assert.Equal(Key, new Guid(Convert.FromBase64String(isCtr ? key.Value : key.Attribute("VALUE")!.Value)));
        Assert.Contains(isCtr ? "AESCTR" : "AESCBC", header.ToString(), StringComparison.Ordinal);
    }

    private static PlaylistReader Read(StreamVariant[] videos, params StreamVariant[] audio) =>
        PlaylistReader.Read(MultivariantPlaylist.Write(new PlaybackSource(videos, audio, [], "en", Folder)));
}
