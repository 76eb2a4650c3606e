using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>
/// Decides what a span may say, whatever its source put into it. Attributes that are not listed are taken out: URLs carry signatures
/// and keys, SQL carries values, addresses and user agents are personal data, and a package may add an attribute with any release.
/// The text of an exception is taken out too; its type, or the code of the failure, stays as <c>error.type</c>.
/// </summary>
internal sealed class SpanRules : BaseProcessor<Activity>
{
    /// <summary>What failed, in words of ours. It becomes <c>error.type</c>, over what an instrumentation wrote there: for a call that is the status.</summary>
    public const string Failure = "moviesnow.failure";

    private const string ErrorType = "error.type";
    private const string OwnAttributes = "moviesnow.";

    private static readonly ActivitySource Restated = new("MoviesNow.Restated");

    private static readonly FrozenSet<string> Attributes = FrozenSet.Create(
        StringComparer.Ordinal,
        ErrorType,
        "db.operation.name",
        "db.response.status_code",
        "db.system",
        "db.system.name",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "network.protocol.version",
        "rpc.method",
        "rpc.response.status_code",
        "rpc.system.name");

    public override void OnEnd(Activity data)
    {
        SpanNames.Set(data);
        if (data.GetTagItem(Failure) is { } failure)
        {
            data.SetTag(ErrorType, failure);
            data.SetTag(Failure, value: null);
        }

        Strip(data);
        if (HasException(data, out var type))
        {
            if (data.Recorded)
            {
                Restate(data, type);
            }
        }
        else if (data.StatusDescription is not null)
        {
            data.SetStatus(data.Status);
        }
    }

    private static void Strip(Activity span)
    {
        List<string>? refused = null;
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            if (!Attributes.Contains(tag.Key) && !tag.Key.StartsWith(OwnAttributes, StringComparison.Ordinal))
            {
                (refused ??= []).Add(tag.Key);
            }
        }

        foreach (var key in refused ?? [])
        {
            span.SetTag(key, value: null);
        }
    }

    private static bool HasException(Activity span, out string? type)
    {
        type = null;
        var has = false;
        foreach (ref readonly var told in span.EnumerateEvents())
        {
            if (string.Equals(told.Name, "exception", StringComparison.Ordinal))
            {
                has = true;
                type = told.Tags.FirstOrDefault(tag => string.Equals(tag.Key, "exception.type", StringComparison.Ordinal)).Value as string;
            }
        }

        return has;
    }

    /// <summary>An event cannot be taken out of a span. So the span is withheld, and one that is the same without the event takes its place.</summary>
    private static void Restate(Activity span, string? exceptionType)
    {
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        var parent = new ActivityContext(span.TraceId, span.ParentSpanId, ActivityTraceFlags.Recorded, span.TraceStateString);
        using var same = Restated.StartActivity(span.DisplayName, span.Kind, parent, span.TagObjects, span.Links, new DateTimeOffset(span.StartTimeUtc));
        if (same is null)
        {
            return;
        }

        same.SetStatus(ActivityStatusCode.Error);
        if (same.GetTagItem(ErrorType) is null)
        {
            same.SetTag(ErrorType, span.GetTagItem("db.response.status_code") ?? exceptionType);
        }

        same.SetEndTime(span.StartTimeUtc + span.Duration);
    }
}
