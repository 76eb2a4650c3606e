using System.Text;

namespace Aspire.Hosting.Execution.Processes;

/// <summary>Cuts the output of a process into lines of bounded length.</summary>
internal static class OutputReader
{
    private const int MaxLine = 16 * 1024;

    public static async Task ReadAsync(StreamReader output, Action<string> onLine, CancellationToken cancellationToken)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        try
        {
            int read;
            while ((read = await output.ReadAsync(buffer.AsMemory(), cancellationToken)) > 0)
            {
                for (var i = 0; i < read; i++)
                {
                    var c = buffer[i];
                    if (c != '\n')
                        line.Append(c);
                    if (c == '\n' || line.Length == MaxLine)
                        Emit();
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // What a process that is gone leaves unread is lost with it.
        }

        if (line.Length > 0)
            Emit();

        void Emit()
        {
            if (line.Length > 0 && line[^1] == '\r')
                line.Length--;
            onLine(line.ToString());
            line.Clear();
        }
    }
}
