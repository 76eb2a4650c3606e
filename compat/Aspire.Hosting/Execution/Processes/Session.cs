namespace Aspire.Hosting.Execution.Processes;

/// <summary>
/// The command that makes a process the leader of its own session, so that a terminal's Ctrl+C reaches the AppHost alone.
/// Linux has <c>setsid</c>; macOS has not, but Perl and Python can do the same.
/// </summary>
internal static class Session
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>A shell prefix: what follows it is run in a new session, with the same process id.</summary>
    public static string Prefix => Found.Value;

    private static string Find()
    {
        if (ExecutablePath.Find("setsid") is { } setsid)
            return $"exec '{setsid}'";
        if (ExecutablePath.Find("perl") is { } perl)
            return $"exec '{perl}' -MPOSIX=setsid -e 'setsid() >= 0 or die; exec {{ $ARGV[0] }} @ARGV or die \"$ARGV[0]: $!\"' --";
        if (ExecutablePath.Find("python3") is { } python)
            return $"exec '{python}' -c 'import os,sys; os.setsid(); os.execv(sys.argv[1], sys.argv[1:])'";
        throw new DistributedApplicationException("Resources are started in a session of their own, which needs one of: setsid, perl, python3.");
    }
}
