using System.Globalization;
using System.Text;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli;

/// <summary>Everything that a service says about a failed call, as text for people.</summary>
internal static class ErrorText
{
    private const int MaxMessage = 1_000;
    private const int MaxValue = 256;
    private const long LongestDelay = 999 * 3_600;

    /// <summary>
    /// Code, reason and message; then a line each for what is wrong with a field and for what the metadata says; then when to try again. The
    /// server may be any: nothing of it is trusted to be printable.
    /// </summary>
    public static string Of(RpcException exception)
    {
        var info = RpcErrors.InfoOf(exception);
        var text = new StringBuilder($"{exception.StatusCode}");
        if (info is not null)
        {
            text.Append(' ').Append(Value(info.Reason));
        }

        text.Append(": ").Append(PrintableText.Of(exception.Status.Detail, MaxMessage));
        foreach (var violation in RpcErrors.DetailOf<BadRequest>(exception)?.FieldViolations ?? [])
        {
            text.Append("\n  ").Append(Value(violation.Field)).Append(' ').Append(Value(violation.Description));
        }

        // The message has the detail already.
        foreach (var (name, value) in info?.Metadata.Where(item => !string.Equals(item.Key, RpcErrors.Detail, StringComparison.Ordinal)) ?? [])
        {
            text.Append("\n  ").Append(Value(name)).Append(": ").Append(Value(value));
        }

        if (RpcErrors.DetailOf<RetryInfo>(exception)?.RetryDelay is { } delay)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nTry again in {Words(delay)}.");
        }

        return text.ToString();
    }

    private static string Value(string text) => PrintableText.Of(text, MaxValue);

    private static string Words(Google.Protobuf.WellKnownTypes.Duration delay)
    {
        // Any 64-bit number may come; a moment too early would be refused again.
        var seconds = Math.Clamp(delay.Seconds, 0, LongestDelay) + (delay.Nanos > 0 || delay.Seconds <= 0 ? 1 : 0);
        return seconds switch
        {
            < 120 => Invariant($"{seconds} s"),
            < 7_200 => Invariant($"{(seconds + 59) / 60} min"),
            _ => Invariant($"{seconds / 3_600} h {seconds % 3_600 / 60} min"),
        };
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
