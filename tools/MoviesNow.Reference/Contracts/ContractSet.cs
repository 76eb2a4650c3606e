using Google.Protobuf;
using Google.Protobuf.Reflection;
using MoviesNow.Common.V1;

namespace MoviesNow.Reference.Contracts;

/// <summary>The contracts with their comments.</summary>
internal sealed class ContractSet
{
    private readonly Dictionary<string, string> _comments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptorProto> _files = new(StringComparer.Ordinal);

    private ContractSet(FileDescriptorSet set)
    {
        Files = [.. set.File.Where(file => file.Package.StartsWith("moviesnow.", StringComparison.Ordinal)).OrderBy(file => file.Name, StringComparer.Ordinal)];
        foreach (var file in Files)
        {
            foreach (var location in file.SourceCodeInfo.Location)
            {
                _comments[KeyOf(file, location.Path)] = location.LeadingComments;
            }

            var scope = $".{file.Package}";
            foreach (var name in file.MessageType.SelectMany(message => NamesIn(scope, message)).Concat(file.EnumType.Select(type => $"{scope}.{type.Name}")))
            {
                _files[name] = file;
            }
        }
    }

    /// <summary>The files of MoviesNow.</summary>
    public IReadOnlyList<FileDescriptorProto> Files { get; }

    /// <summary>Reads what the build has put into this assembly.</summary>
    public static ContractSet Load()
    {
        using var stream = typeof(ContractSet).Assembly.GetManifestResourceStream("contracts.pb")!;
        var extensions = new ExtensionRegistry { MethodPolicyExtensions.Policy };
        return new ContractSet(FileDescriptorSet.Parser.WithExtensionRegistry(extensions).ParseFrom(stream));
    }

    /// <summary>The comment before something; lines are joined, paragraphs are kept.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Where it is, by the numbers of descriptor.proto.</param>
    public string Comment(FileDescriptorProto file, params int[] path) => _comments.TryGetValue(KeyOf(file, path), out var comment)
        ? string.Join("\n\n", comment.Trim().Split("\n\n").Select(paragraph => string.Join(' ', paragraph.Split('\n', StringSplitOptions.TrimEntries))))
        : "";

    /// <summary>The file that a message or enumeration of MoviesNow is in; null for others.</summary>
    /// <param name="typeName">The full name, with the dot before it.</param>
    public FileDescriptorProto? FileOf(string typeName) => _files.GetValueOrDefault(typeName);

    private static IEnumerable<string> NamesIn(string scope, DescriptorProto message) =>
        message.NestedType.SelectMany(nested => NamesIn($"{scope}.{message.Name}", nested))
            .Concat(message.EnumType.Select(type => $"{scope}.{message.Name}.{type.Name}"))
            .Prepend($"{scope}.{message.Name}");

    private static string KeyOf(FileDescriptorProto file, IEnumerable<int> path) => $"{file.Name}:{string.Join('.', path)}";
}
