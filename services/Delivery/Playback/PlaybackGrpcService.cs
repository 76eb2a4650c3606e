using Grpc.Core;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Delivery.Playback;

/// <summary>Starts and renews protected playback. Without a protection there is nothing to issue with, and all is refused.</summary>
internal sealed class PlaybackGrpcService(
    PlaybackDirectory directory, PlaybackTickets tickets, PlaybackIssuer issuer, PlaybackMetrics metrics, IOptions<PlaybackOptions> options, TimeProvider time)
    : PlaybackService.PlaybackServiceBase
{
    public override async Task<StartPlaybackResponse> StartPlayback(StartPlaybackRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var titleId = check.Id("title_id", request.TitleId);
        var episodeId = check.OptionalId("episode_id", request.EpisodeId);
        var viewer = CheckViewer(check, request.TtlSeconds, request.Country, request.ViewerAddress, context);
        check.ThrowIfInvalid();
        RequireProtection();

        var playlist = await FindAsync(new PlaybackRequest(titleId, episodeId, viewer.Country), context);
        var now = PlaybackIssuer.TimeOf(time.GetUtcNow());
        var session = new PlaybackSession(Guid.CreateVersion7(now), titleId, episodeId, playlist.PackageId, playlist.Prefix, now, viewer);
        return new StartPlaybackResponse { Grant = Issue(session, request.TtlSeconds, isRenewal: false) };
    }

    public override async Task<RenewPlaybackResponse> RenewPlayback(RenewPlaybackRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(request.RenewalToken.Length > 0, "renewal_token", "is required");
        var viewer = CheckViewer(check, request.TtlSeconds, request.Country, request.ViewerAddress, context);
        check.ThrowIfInvalid();
        RequireProtection();
        if (!tickets.TryRead(TicketPurpose.Renewal, request.RenewalToken, out var ticket))
        {
            throw Refused(ErrorReason.RenewalTokenInvalid);
        }

        // Whether it may still be played is asked anew; what the session plays does not change.
        await FindAsync(new PlaybackRequest(ticket.TitleId, ticket.EpisodeId, viewer.Country), context);
        var prefix = PlaybackPrefix.Of(ticket.TitleId, ticket.EpisodeId, ticket.PackageId);
        var session = new PlaybackSession(ticket.SessionId, ticket.TitleId, ticket.EpisodeId, ticket.PackageId, prefix, ticket.Started, viewer);
        return new RenewPlaybackResponse { Grant = Issue(session, request.TtlSeconds, isRenewal: true) };
    }

    private void RequireProtection()
    {
        if (!issuer.IsConfigured)
        {
            throw Refused(ErrorReason.PlaybackProtectionNotConfigured);
        }
    }

    private PlaybackViewer CheckViewer(RequestCheck check, int ttlSeconds, string country, string address, ServerCallContext context)
    {
        check.Require(ttlSeconds >= 0, "ttl_seconds", "must not be negative");
        return PlaybackViewer.Of(check, country, address, options.Value.BindAddress, context);
    }

    private async Task<ProtectedPlaylist> FindAsync(PlaybackRequest request, ServerCallContext context)
    {
        try
        {
            return await directory.FindAsync(request, isPublic: !context.IsAdminOrService(), context.CancellationToken);
        }
        catch (RpcException exception) when (RpcErrors.InfoOf(exception) is { } info)
        {
            metrics.Refused(info.Reason);
            throw;
        }
    }

    private PlaybackGrant Issue(PlaybackSession session, int ttlSeconds, bool isRenewal)
    {
        var grant = issuer.Issue(session, ttlSeconds);
        metrics.Granted(grant.Form, isRenewal);
        return grant;
    }

    private RpcException Refused(ErrorReason reason)
    {
        metrics.Refused(ErrorReasons.NameOf(reason));
        return RpcErrors.Of(reason);
    }
}
