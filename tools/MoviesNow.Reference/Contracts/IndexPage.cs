using System.Text;
using Google.Protobuf.Reflection;

namespace MoviesNow.Reference.Contracts;

/// <summary>The table of contents.</summary>
internal static class IndexPage
{
    private static readonly (string Service, string Port)[] Services =
        [("catalog", "5110"), ("upload", "5120"), ("delivery", "5130"), ("telemetry", "5140"), ("common", "")];

    /// <summary>The page.</summary>
    public static string Of(ContractSet contracts)
    {
        var text = new StringBuilder(Markdown.Notice).Append("""
            # Reference

            | page | what |
            |---|---|
            | [The command line](command-line.md) | every command with its options |
            | [Settings](settings.md) | every setting with its default and limits |
            | [Reasons of errors](errors.md) | every reason with its status and meaning |
            | [Metrics](metrics.md) | every instrument with its unit, attributes and meaning |
            | [Keys in Redis](../redis-keys.md) | every key, what it holds and how long it lives |
            | [Findings of ValidateMedia](../media-rules.md) · [ZIP files](../zip-rules.md) · [Text](../text.md) | rules that what comes in is held against |

            ## RPC
            The services speak gRPC, gRPC-Web on their endpoint `http`, and reflection in development. A call of a method that
            changes state may carry the metadata `idempotency-key`; then its effect is there once, however often it is repeated.

            """);
        foreach (var (service, port) in Services)
        {
            text.Append("\n### ").Append(char.ToUpperInvariant(service[0])).Append(service[1..]).Append('\n');
            text.Append(port.Length > 0 ? $"Port {port} in development.\n\n" : "What every service has.\n\n");
            var files = contracts.Files.Where(file => string.Equals(ContractPages.ServiceOf(file), service, StringComparison.Ordinal)).ToList();
            text.Append(Markdown.Table("service | what it is for", files.Where(file => file.Service.Count > 0).Select(file =>
                $"[{file.Service[0].Name}](api/{ContractPages.NameOf(file)}.md) | {Purpose(file)}")));
            var shared = files.Where(file => file.Service.Count == 0 && file.MessageType.Count > 0 && !ContractPages.IsPolicy(file))
                .Select(file => $"[{Path.GetFileName(file.Name)}](api/{ContractPages.NameOf(file)}.md)")
                .ToList();
            if (shared.Count > 0)
            {
                text.Append("\nShared messages: ").Append(string.Join(", ", shared)).Append(".\n");
            }
        }

        return text.ToString();

        string Purpose(FileDescriptorProto file) => Markdown.Cell(contracts.Comment(file, FileDescriptorProto.ServiceFieldNumber, 0));
    }
}
