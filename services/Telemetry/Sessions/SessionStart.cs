using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>What a request to start a session must look like, and the session it asks for.</summary>
internal static class SessionStart
{
    private const int MaxNameLength = 64;

    /// <exception cref="RpcException">UNAUTHENTICATED for an anonymous caller where that is not allowed; INVALID_ARGUMENT per field.</exception>
    public static SessionRecord Read(StartSessionRequest request, ServerCallContext context, bool allowAnonymous, Pseudonyms pseudonyms, DateTimeOffset now)
    {
        var viewer = context.Subject();
        if (viewer.Length == 0 && !allowAnonymous)
        {
            throw RpcErrors.Of(ErrorReason.Unauthenticated);
        }

        // The id holds milliseconds, and the start must be the same moment.
        var start = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        var content = request.Content ?? new PlaybackContent();
        var client = request.Client ?? new PlaybackClient();
        var check = new RequestCheck();
        CallerCountry.Check(check, "client.country", client.Country);
        var variantId = check.OptionalId("content.variant_id", content.VariantId);
        var session = new SessionRecord
        {
            Id = Guid.CreateVersion7(start),
            Viewer = viewer,
            TitleId = check.Id("content.title_id", content.TitleId),
            EpisodeId = check.OptionalId("content.episode_id", content.EpisodeId),
            VariantId = variantId,
            Device = check.Text("client.device", client.Device, MaxNameLength),
            AppName = check.Text("client.app_name", client.AppName, MaxNameLength),
            AppVersion = check.Text("client.app_version", client.AppVersion, MaxNameLength),
            Network = check.KnownOrUnspecified("client.network", client.Network),
            Country = CallerCountry.Of(context, client.Country),
            AddressHash = pseudonyms.OfAddress(context.GetHttpContext().Connection.RemoteIpAddress),
            UserAgent = pseudonyms.OfUserAgent(context.RequestHeaders.GetValue("user-agent")),
            Progress = SessionProgress.Begin(new SessionSummary(start, ClientTimeOf(check, request)), variantId),
        };
        check.ThrowIfInvalid();
        return session;
    }

    private static DateTimeOffset? ClientTimeOf(RequestCheck check, StartSessionRequest request)
    {
        var isKnown = request.ClientTime is not null && check.Require(ClientTimes.Contains(request.ClientTime), "client_time", ClientTimes.Requirement);
        return isKnown ? request.ClientTime!.ToDateTimeOffset().ToStoredPrecision() : null;
    }
}
