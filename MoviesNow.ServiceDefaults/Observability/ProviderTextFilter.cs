using System.Diagnostics;
using OpenTelemetry;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>
/// Takes SQL out of spans (<c>db.query.text</c>, and its older name <c>db.statement</c>), and withholds spans that carry an exception's message, as a driver's span of a failed statement does: it may quote values. What failed
/// is still told, without the text, by the call's span (<c>error.type</c>) and by the log.
/// </summary>
internal sealed class ProviderTextFilter : BaseProcessor<Activity>
{
    private static readonly string[] StatementTags = ["db.query.text", "db.statement"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in StatementTags)
        {
            data.SetTag(tag, value: null);
        }

        foreach (ref readonly var told in data.EnumerateEvents())
        {
            if (string.Equals(told.Name, "exception", StringComparison.Ordinal))
            {
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
        }
    }
}
