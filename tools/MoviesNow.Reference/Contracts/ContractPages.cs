using System.Text;
using Google.Protobuf.Reflection;
using MoviesNow.Common.V1;
using File = Google.Protobuf.Reflection.FileDescriptorProto;

namespace MoviesNow.Reference.Contracts;

/// <summary>A page for each file of the contracts: a service with its messages, or messages that services share.</summary>
internal static class ContractPages
{
    /// <summary>Every page with its name.</summary>
    public static IEnumerable<(string Name, string Text)> Of(ContractSet contracts) =>
        contracts.Files.Where(file => !IsPolicy(file) && !ErrorPage.IsOf(file)).Select(file => (NameOf(file), Page(contracts, file)));

    /// <summary>The name of a file's page, such as <c>catalog-title-service</c>.</summary>
    public static string NameOf(File file) => $"{ServiceOf(file)}-{Path.GetFileNameWithoutExtension(file.Name).Replace('_', '-')}";

    /// <summary>The deployable service, such as <c>catalog</c>.</summary>
    public static string ServiceOf(File file) => file.Package.Split('.')[1];

    /// <summary>What a page is about.</summary>
    public static string TitleOf(File file) => file.Service.Count > 0
        ? $"{file.Service[0].Name} ({ServiceOf(file)})"
        : $"{Path.GetFileName(file.Name)} ({ServiceOf(file)})";

    /// <summary>Whether the file is that of the options of methods, which each method's own text tells.</summary>
    public static bool IsPolicy(File file) => file.Name.EndsWith("/method_policy.proto", StringComparison.Ordinal);

    private static string Page(ContractSet contracts, File file)
    {
        var text = new StringBuilder(Markdown.Notice).Append("# ").Append(TitleOf(file)).Append("\n\n");
        text.Append($"Package `{file.Package}`, [`{Path.GetFileName(file.Name)}`](../../../protos/{file.Name}).\n");
        foreach (var (index, service) in file.Service.Index())
        {
            text.Append('\n').Append(Markdown.Prose(contracts.Comment(file, File.ServiceFieldNumber, index))).Append('\n');
            foreach (var (number, method) in service.Method.Index())
            {
                int[] path = [File.ServiceFieldNumber, index, ServiceDescriptorProto.MethodFieldNumber, number];
                Method(text, contracts, file, method, contracts.Comment(file, path));
            }
        }

        new TypeText(text, contracts, file).AppendAll();
        return text.ToString();
    }

    private static void Method(StringBuilder text, ContractSet contracts, File file, MethodDescriptorProto method, string comment)
    {
        var policy = method.Options.GetExtension(MethodPolicyExtensions.Policy);
        text.Append($"\n## {method.Name}\n`/{file.Package}.{file.Service[0].Name}/{method.Name}`\n\n");
        text.Append(Markdown.Prose(comment.Replace(" Errors: ", "\n\nErrors: ", StringComparison.Ordinal))).Append("\n\n");
        text.Append(Markdown.Table("request | response | who may call | notes", [
            string.Join(" | ",
                (method.ClientStreaming ? "stream of " : "") + TypeText.Link(contracts, file, method.InputType),
                (method.ServerStreaming ? "stream of " : "") + TypeText.Link(contracts, file, method.OutputType),
                WhoMayCall(policy.Access),
                string.Join(", ", Notes(method, policy))),
        ]));
    }

    private static IEnumerable<string> Notes(MethodDescriptorProto method, MethodPolicy policy)
    {
        if (policy.Mutation)
        {
            yield return method.ClientStreaming || method.ServerStreaming ? "changes state" : "changes state; takes `idempotency-key`";
        }

        if (policy.AuditTarget.Length > 0)
        {
            yield return "audited";
        }

        if (policy.NoStore)
        {
            yield return "no-store";
        }
    }

    private static string WhoMayCall(Access access) => access switch
    {
        Access.Public => "anybody (with an API key, where there are keys)",
        Access.Viewer => "any valid token",
        Access.Service => "services",
        Access.Admin => "administrators with a second factor",
        Access.AdminOrService => "administrators with a second factor, services",
        _ => "nobody",
    };
}
