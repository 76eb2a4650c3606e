using System.Text;

namespace Aspire.Hosting.Execution.Projects;

internal static class CommandLine
{
    /// <summary>Splits the arguments of a launch profile at blanks that are not inside double quotes.</summary>
    public static string[] Split(string line)
    {
        var arguments = new List<string>();
        var current = new StringBuilder();
        var (quoted, any) = (false, false);
        foreach (var c in line)
        {
            if (c == '"')
            {
                (quoted, any) = (!quoted, true);
            }
            else if (c == ' ' && !quoted)
            {
                if (any)
                    arguments.Add(current.ToString());
                current.Clear();
                any = false;
            }
            else
            {
                current.Append(c);
                any = true;
            }
        }

        if (any)
            arguments.Add(current.ToString());
        return [.. arguments];
    }
}
