using System.Text;
using System.Text.RegularExpressions;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Delivery;

/// <summary>Names of files that a service chose, made safe for any directory of this machine. The service is not trusted to have done so.</summary>
internal static partial class LocalFileName
{
    // File systems take 255; endings are added while the file is incomplete.
    private const int MaxBytes = 200;
    private const int MaxExtensionBytes = 20;
    private const int MaxCode = 16;
    private const string Nameless = "download";

    // Parts of paths, and what Windows or a shell misreads.
    private const string Unsafe = "/\\:*?\"<>|%;";

    /// <summary>A name of one segment, at most 200 bytes long, which is neither hidden nor an option nor a device, and can be printed as it is.</summary>
    public static string Of(string given)
    {
        var safe = new StringBuilder();
        foreach (var rune in given.EnumerateRunes())
        {
            var text = rune.ToString();
            var isSafe = !Unsafe.Contains(text, StringComparison.Ordinal) && string.Equals(PrintableText.Of(text, MaxCode), text, StringComparison.Ordinal);
            safe.Append(isSafe ? text : "-");
        }

        var name = safe.ToString().TrimStart('.', '-', '~', ' ').TrimEnd('.', ' ');
        name = Device().IsMatch(name) ? $"_{name}" : name;
        return name.Length == 0 ? Nameless : Shorten(name);
    }

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
        {
            return name;
        }

        var extension = Path.GetExtension(name);
        extension = Encoding.UTF8.GetByteCount(extension) <= MaxExtensionBytes ? extension : "";
        var room = MaxBytes - Encoding.UTF8.GetByteCount(extension);
        var stem = new StringBuilder();
        foreach (var rune in name[..^extension.Length].EnumerateRunes())
        {
            if ((room -= rune.Utf8SequenceLength) < 0)
            {
                break;
            }

            stem.Append(rune.ToString());
        }

        return stem.ToString().TrimEnd('.', ' ') + extension;
    }

    // Windows takes them for devices, whatever follows the first dot.
    [GeneratedRegex(@"^(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³]) *(\.|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Device();
}
