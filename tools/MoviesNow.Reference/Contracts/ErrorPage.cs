using System.Text;
using Google.Protobuf.Reflection;
using File = Google.Protobuf.Reflection.FileDescriptorProto;

namespace MoviesNow.Reference.Contracts;

/// <summary>The reasons of errors.</summary>
internal static class ErrorPage
{
    private const string Prefix = "ERROR_REASON_";

    /// <summary>Whether the file is that of the reasons.</summary>
    public static bool IsOf(File file) => file.Name.EndsWith("/error_reason.proto", StringComparison.Ordinal);

    /// <summary>The page.</summary>
    public static string Of(ContractSet contracts)
    {
        var file = contracts.Files.Single(IsOf);
        var values = file.EnumType[0].Value.Index().Where(value => value.Item.Number > 0).Select(value =>
        {
            var comment = contracts.Comment(file, File.EnumTypeFieldNumber, 0, EnumDescriptorProto.ValueFieldNumber, value.Index);
            var (status, meaning) = comment.Split(": ", 2) is [var before, var after] ? (before, after) : ("", comment);
            return $"`{value.Item.Name[Prefix.Length..]}` | `{status}` | {Markdown.Cell(char.ToUpperInvariant(meaning[0]) + meaning[1..])}";
        });
        return new StringBuilder(Markdown.Notice)
            .Append("# Reasons of errors\n\n")
            .Append(Markdown.Prose(contracts.Comment(file, File.EnumTypeFieldNumber, 0)))
            .Append("\n\nEnumeration `ErrorReason`, [`error_reason.proto`](../../protos/").Append(file.Name).Append(").\n\n")
            .Append(Markdown.Table("reason | status | meaning", values))
            .ToString();
    }
}
