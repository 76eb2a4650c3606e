using System.Buffers.Text;
using System.Net;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Playback;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>Tickets are read back as they were written, and only by who has the key.</summary>
public sealed class PlaybackTicketsTests
{
    private const string OtherKey = "b3RoZXItdGlja2V0cy1vdGhlci10aWNrZXRzLW90aGVyLTE=";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_767_290_400);
    private static readonly PlaybackTicket Full = new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Now, Now.AddMinutes(10), "NO", IPAddress.Parse("2001:db8::7"));

    private static readonly PlaybackTicket Bare = new(Guid.CreateVersion7(), Guid.CreateVersion7(), EpisodeId: null, PackageId: null, Now, Now.AddMinutes(10), "", Address: null);

    public static TheoryData<bool, string?> Samples() => new() { { true, "2001:db8::7" }, { true, "198.51.100.7" }, { true, null }, { false, null } };

    [Theory]
    [MemberData(nameof(Samples))]
    public void TryRead_TicketOfOurs_GivesItBack(bool isFull, string? address)
    {
        var ticket = isFull ? Full with { Address = address is null ? null : IPAddress.Parse(address) } : Bare;

        var text = Tickets(PlaybackSettings.TicketKey).Issue(TicketPurpose.Playlist, ticket);

        Assert.True(Tickets(PlaybackSettings.TicketKey).TryRead(TicketPurpose.Playlist, text, out var read));
        Assert.Equal(ticket, read);
        Assert.InRange(text.Length, 1, PlaybackTickets.MaxLength);
        Assert.All(text, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    [Fact]
    public void TryRead_AnyByteChanged_IsRefused()
    {
        var tickets = Tickets(PlaybackSettings.TicketKey);
        var bytes = Base64Url.DecodeFromChars(tickets.Issue(TicketPurpose.Playlist, Full));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 0x20;
            Assert.False(tickets.TryRead(TicketPurpose.Playlist, Base64Url.EncodeToString(changed), out _));
            Assert.False(tickets.TryRead(TicketPurpose.Playlist, Base64Url.EncodeToString(bytes.AsSpan(0, i)), out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("%2e%2e")]
    [InlineData("AQE")]
    [InlineData("größe")]
    public void TryRead_NoTicket_IsRefused(string text) => Assert.False(Tickets(PlaybackSettings.TicketKey).TryRead(TicketPurpose.Playlist, text, out _));

    [Fact]
    public void TryRead_MuchText_IsRefused() =>
        Assert.False(Tickets(PlaybackSettings.TicketKey).TryRead(TicketPurpose.Playlist, new string('A', 1 << 20), out _));

    [Fact]
    public void TryRead_OtherPurpose_IsRefused()
    {
        var tickets = Tickets(PlaybackSettings.TicketKey);

        Assert.False(tickets.TryRead(TicketPurpose.Renewal, tickets.Issue(TicketPurpose.Playlist, Full), out _));
        Assert.False(tickets.TryRead(TicketPurpose.Playlist, tickets.Issue(TicketPurpose.Renewal, Full), out _));
    }

    [Fact]
    public void TryRead_Expired_IsRefused()
    {
        var text = Tickets(PlaybackSettings.TicketKey).Issue(TicketPurpose.Renewal, Full);

        Assert.True(Tickets(Full.Expires.AddSeconds(-1), PlaybackSettings.TicketKey).TryRead(TicketPurpose.Renewal, text, out _));
        Assert.False(Tickets(Full.Expires, PlaybackSettings.TicketKey).TryRead(TicketPurpose.Renewal, text, out _));
    }

    [Fact]
    public void TryRead_KeysRotate_ReadsTicketsOfBoth()
    {
        var (old, next) = (Tickets(PlaybackSettings.TicketKey).Issue(TicketPurpose.Playlist, Full), Tickets(OtherKey).Issue(TicketPurpose.Playlist, Full));
        var both = Tickets(OtherKey, PlaybackSettings.TicketKey);

        Assert.True(both.TryRead(TicketPurpose.Playlist, old, out _));
        Assert.True(both.TryRead(TicketPurpose.Playlist, next, out _));
        Assert.Equal(next, both.Issue(TicketPurpose.Playlist, Full));
        Assert.False(Tickets(OtherKey).TryRead(TicketPurpose.Playlist, old, out _));
        Assert.False(Tickets().TryRead(TicketPurpose.Playlist, old, out _));
    }

    private static PlaybackTickets Tickets(params string[] keys) => Tickets(Now, keys);

    private static PlaybackTickets Tickets(DateTimeOffset now, params string[] keys)
    {
        var options = new PlaybackOptions();
        foreach (var key in keys)
        {
            options.TicketKeys.Add(key);
        }

        return new PlaybackTickets(Options.Create(options), new FixedTime(now));
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
