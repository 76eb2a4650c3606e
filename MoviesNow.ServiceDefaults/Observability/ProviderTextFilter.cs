using System.Diagnostics;
using OpenTelemetry;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>
/// Withholds spans that carry an exception's message, as a driver's span of a failed statement does: it may quote values. What failed
/// is still told, without the text, by the call's span (<c>error.type</c>) and by the log.
/// </summary>
internal sealed class ProviderTextFilter : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (ref readonly var told in data.EnumerateEvents())
        {
            if (string.Equals(told.Name, "exception", StringComparison.Ordinal))
            {
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
        }
    }
}
