using System.Runtime.InteropServices;

namespace Aspire.Hosting.Execution.Processes;

/// <summary>Signals, which .NET itself sends to no other process.</summary>
internal static partial class Posix
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    public static void Terminate(int pid) => Kill(pid, SigTerm);

    public static void TerminateGroup(int group) => Kill(-group, SigTerm);

    public static void KillGroup(int group) => Kill(-group, SigKill);

    /// <summary>Whether any process is left in the group.</summary>
    public static bool GroupExists(int group) => Kill(-group, 0) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
