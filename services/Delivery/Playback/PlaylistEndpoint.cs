using System.Globalization;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Playback.Signing;
using MoviesNow.ServiceDefaults.RateLimits;

namespace MoviesNow.Delivery.Playback;

/// <summary>
/// Serves multivariant playlists to players, which know nothing of gRPC: GET or HEAD of the URL that a grant names. Each answer is signed
/// anew, to expire with the ticket in the URL. The ticket is a secret, so no answer tells a reason or repeats the URL.
/// </summary>
internal sealed class PlaylistEndpoint(
    PlaybackDirectory directory,
    PlaybackTickets tickets,
    PlaybackIssuer issuer,
    EndpointLimiter limiter,
    PlaybackMetrics metrics,
    IOptions<PlaybackOptions> options)
{
    private const string ContentType = "application/vnd.apple.mpegurl";

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(WebApplication app) => app.MapMethods(
        $"/{PlaybackIssuer.PlaylistPath}{{ticket}}{PlaybackIssuer.PlaylistFile}", Methods,
        (string ticket, HttpContext http, PlaylistEndpoint endpoint) => endpoint.AnswerAsync(ticket, http));

    private async Task AnswerAsync(string text, HttpContext http)
    {
        var (status, playlist, delay) = await DecideAsync(text, http);
        metrics.PlaylistAnswered(status);
        var headers = http.Response.Headers;
        http.Response.StatusCode = status;
        (headers.CacheControl, headers.Pragma, headers["Referrer-Policy"]) = ("no-store", "no-cache", "no-referrer");
        if (delay is { } wait)
        {
            headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (playlist is not null)
        {
            http.Response.ContentType = ContentType;
            http.Response.ContentLength = playlist.Length;
            if (HttpMethods.IsGet(http.Request.Method))
            {
                await http.Response.Body.WriteAsync(playlist, http.RequestAborted);
            }
        }
    }

    private async Task<Answer> DecideAsync(string text, HttpContext http)
    {
        if (!tickets.TryRead(TicketPurpose.Playlist, text, out var ticket) || !IsFrom(ticket, http))
        {
            // Costs nothing but an HMAC, so it is not counted: nobody uses up the limit of an address with made-up tickets.
            return new Answer(StatusCodes.Status403Forbidden);
        }

        return await limiter.RefusalAsync(LimitedEndpoints.Playlist, http) is { } delay
            ? new Answer(StatusCodes.Status429TooManyRequests, RetryAfter: delay)
            : await PrepareAsync(ticket, http);
    }

    private async Task<Answer> PrepareAsync(PlaybackTicket ticket, HttpContext http)
    {
        try
        {
            var playlist = await directory.FindAsync(new PlaybackRequest(ticket.TitleId, ticket.EpisodeId, ticket.Country), isPublic: true, http.RequestAborted);
            var grant = issuer.Sign(playlist.Prefix, ticket.SessionId, new PlaybackViewer(ticket.Country, ticket.Address), ticket.Expires);
            SetCookies(grant, ticket, http.Response);
            return new Answer(StatusCodes.Status200OK, Encoding.UTF8.GetBytes(playlist.With(issuer.BaseUrl(grant), grant.Query)));
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return new Answer(StatusCodes.Status404NotFound);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable)
        {
            return new Answer(StatusCodes.Status503ServiceUnavailable, RetryAfter: RetryDelay);
        }
    }

    private void SetCookies(SignedGrant grant, PlaybackTicket ticket, HttpResponse response)
    {
        if (options.Value.CloudFront.CookieDomain is not { Length: > 0 } domain)
        {
            return;
        }

        foreach (var cookie in grant.Cookies)
        {
            response.Cookies.Append(cookie.Name, cookie.Value, new CookieOptions
            {
                Domain = domain,
                Path = "/",
                Expires = ticket.Expires,
                Secure = true,
                HttpOnly = true,
                SameSite = SameSiteMode.None,
            });
        }
    }

    private static bool IsFrom(PlaybackTicket ticket, HttpContext http) =>
        ticket.Address is null || ticket.Address.Equals(PlaybackViewer.Plain(http.Connection.RemoteIpAddress));

    private readonly record struct Answer(int Status, byte[]? Playlist = null, TimeSpan? RetryAfter = null);
}
