using System.Buffers.Binary;
using System.Net;

namespace MoviesNow.Delivery.Playback;

/// <summary>What a ticket lets its holder do.</summary>
internal enum TicketPurpose : byte
{
    /// <summary>Read the multivariant playlist.</summary>
    Playlist = 1,

    /// <summary>Renew the grant.</summary>
    Renewal = 2,
}

/// <summary>What this service must know again of a session that it started; it keeps nothing itself.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="TitleId">The title.</param>
/// <param name="EpisodeId">The episode; null for a film.</param>
/// <param name="PackageId">The package that is played; null when the whole folder is granted.</param>
/// <param name="Started">When the session began.</param>
/// <param name="Expires">When the ticket stops working.</param>
/// <param name="Country">Country of the viewer; empty when unknown.</param>
/// <param name="Address">The only address that may use the ticket; null for any.</param>
internal sealed record PlaybackTicket(
    Guid SessionId, Guid TitleId, Guid? EpisodeId, Guid? PackageId, DateTimeOffset Started, DateTimeOffset Expires, string Country, IPAddress? Address)
{
    public const int MaxBytes = FixedBytes + MaxAddressBytes;

    private const int IdBytes = 16;
    private const int TimesAt = 4 * IdBytes;
    private const int CountryAt = TimesAt + (2 * sizeof(long));
    private const int FixedBytes = CountryAt + 2;
    private const int MaxAddressBytes = 16;

    /// <summary>Writes the ticket; gives the number of bytes.</summary>
    public int Write(Span<byte> bytes)
    {
        WriteId(bytes, SessionId);
        WriteId(bytes[IdBytes..], TitleId);
        WriteId(bytes[(2 * IdBytes)..], EpisodeId ?? Guid.Empty);
        WriteId(bytes[(3 * IdBytes)..], PackageId ?? Guid.Empty);
        BinaryPrimitives.WriteInt64BigEndian(bytes[TimesAt..], Started.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes[(TimesAt + sizeof(long))..], Expires.ToUnixTimeSeconds());
        (bytes[CountryAt], bytes[CountryAt + 1]) = Country.Length is 2 ? ((byte)Country[0], (byte)Country[1]) : ((byte)0, (byte)0);
        var written = 0;
        Address?.TryWriteBytes(bytes[FixedBytes..], out written);
        return FixedBytes + written;
    }

    /// <summary>Reads what <see cref="Write"/> wrote. The bytes are ours: their signature was checked.</summary>
    public static PlaybackTicket Read(ReadOnlySpan<byte> bytes) => new(
        ReadId(bytes),
        ReadId(bytes[IdBytes..]),
        Known(ReadId(bytes[(2 * IdBytes)..])),
        Known(ReadId(bytes[(3 * IdBytes)..])),
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes[TimesAt..])),
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes[(TimesAt + sizeof(long))..])),
        bytes[CountryAt] is 0 ? "" : $"{(char)bytes[CountryAt]}{(char)bytes[CountryAt + 1]}",
        bytes.Length > FixedBytes ? new IPAddress(bytes[FixedBytes..]) : null);

    private static void WriteId(Span<byte> bytes, Guid id) => id.TryWriteBytes(bytes, bigEndian: true, out _);

    private static Guid ReadId(ReadOnlySpan<byte> bytes) => new(bytes[..IdBytes], bigEndian: true);

    private static Guid? Known(Guid id) => id == Guid.Empty ? null : id;
}
