using System.Buffers;
using System.Globalization;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>The trail of the host's own database: read by administrators, and appended to for services without one.</summary>
internal sealed class AuditGrpcService(AuditStore store) : AuditService.AuditServiceBase
{
    private const int MaxTextLength = 256;

    private static readonly SearchValues<char> LowerHexDigits = SearchValues.Create("0123456789abcdef");

    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = PageToken.Size(check, request.PageSize);
        check.Opaque("actor", request.Actor, MaxTextLength);
        check.Opaque("method", request.Method, MaxTextLength);
        check.Opaque("target", request.Target, MaxTextLength);
        var (from, until) = (check.Time("from", request.From), check.Time("until", request.Until));
        check.Require(from is null || until is null || from < until, "until", "must be later than `from`");
        check.ThrowIfInvalid();
        var before = ReadCursor(request);

        var target = AuditId.Clean(request.Target) is { Length: > 0 } id ? id : request.Target;
        var entries = await store.ListAsync(new AuditFilter(request.Actor, request.Method, target, from, until), before, size + 1, context.CancellationToken);
        var response = new ListAuditEntriesResponse { Entries = { entries.Take(size) } };
        if (entries.Count > size)
        {
            var last = response.Entries[^1];
            response.NextPageToken = PageToken.Next(request, last.Time.ToDateTimeOffset().Ticks.ToString(CultureInfo.InvariantCulture), last.Id);
        }

        return response;
    }

    public override async Task<AppendAuditEntryResponse> AppendAuditEntry(AppendAuditEntryRequest request, ServerCallContext context)
    {
        var entry = request.Entry ?? new AuditEntry();
        var check = new RequestCheck();
        check.Id("entry.id", entry.Id);
        check.Time("entry.time", entry.Time, required: true);
        check.Opaque("entry.actor", entry.Actor, MaxTextLength, required: true);
        check.Require(AuditedMethods.Find($"/{entry.Method}") is not null, "entry.method", "must be a method with which administrators change something");
        check.Require(AuditId.IsTarget(entry.Target), "entry.target", "must be ids only");
        check.Require(StatusName.Exists(entry.Outcome), "entry.outcome", "must be a canonical status code such as ALREADY_EXISTS");
        check.Require(entry.CorrelationId.Length is 0 or 32 && !entry.CorrelationId.AsSpan().ContainsAnyExcept(LowerHexDigits), "entry.correlation_id", "must be a W3C trace id");
        check.ThrowIfInvalid();

        await store.AppendAsync(entry, context.CancellationToken);
        return new();
    }

    private static (DateTimeOffset Time, Guid Id)? ReadCursor(ListAuditEntriesRequest request)
    {
        if (PageToken.Read(request, request.PageToken, cursorLength: 2) is not [var time, var id])
        {
            return null;
        }

        return long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks
            && Guid.TryParse(id, out var entryId)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), entryId)
            : throw RpcErrors.Of(ErrorReason.InvalidPageToken);
    }
}
