using Google.Protobuf.Reflection;

namespace Grpc.AspNetCore.Server.Reflection.Internal;

/// <summary>Finds files by name, by a symbol they declare, or by an extension they declare.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    /// <summary>Indexes the files and all that they import.</summary>
    public DescriptorIndex(IEnumerable<FileDescriptor> files)
    {
        foreach (var file in files.SelectMany(WithImports))
        {
            if (_files.TryAdd(file.Name, file))
                AddDeclarations(file);
        }
    }

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FindSymbol(string fullName) => _symbols.GetValueOrDefault(fullName);

    public FileDescriptor? FindExtension(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    /// <summary>Ascending; null for a type that no file declares.</summary>
    public IEnumerable<int>? ExtensionNumbers(string type) =>
        _extensions.TryGetValue(type, out var numbers) ? numbers.Keys : null;

    /// <summary>The file first, then everything that it imports, directly or not, each once.</summary>
    public static IReadOnlyCollection<FileDescriptor> WithImports(FileDescriptor file)
    {
        var found = new OrderedDictionary<string, FileDescriptor>(StringComparer.Ordinal);
        var open = new Queue<FileDescriptor>([file]);
        while (open.TryDequeue(out var next))
        {
            if (!found.TryAdd(next.Name, next))
                continue;
            foreach (var import in next.Dependencies)
                open.Enqueue(import);
        }

        return found.Values;
    }

    private void AddDeclarations(FileDescriptor file)
    {
        foreach (var message in file.MessageTypes)
            AddMessage(message);
        foreach (var enumeration in file.EnumTypes)
            AddEnum(enumeration);
        AddExtensions(file.Extensions);
        foreach (var service in file.Services)
        {
            AddSymbol(service);
            AddSymbols(service.Methods);
        }
    }

    private void AddMessage(MessageDescriptor message)
    {
        AddSymbol(message);
        _extensions.TryAdd(message.FullName, []);
        AddSymbols(message.Fields.InDeclarationOrder());
        AddSymbols(message.Oneofs);
        AddExtensions(message.Extensions);
        foreach (var enumeration in message.EnumTypes)
            AddEnum(enumeration);
        foreach (var nested in message.NestedTypes)
            AddMessage(nested);
    }

    private void AddEnum(EnumDescriptor enumeration)
    {
        AddSymbol(enumeration);
        AddSymbols(enumeration.Values);
    }

    private void AddExtensions(ExtensionCollection extensions)
    {
        foreach (var extension in extensions.UnorderedExtensions)
        {
            AddSymbol(extension);
            if (!_extensions.TryGetValue(extension.ExtendeeType.FullName, out var numbers))
                _extensions[extension.ExtendeeType.FullName] = numbers = [];
            numbers.TryAdd(extension.FieldNumber, extension.File);
        }
    }

    private void AddSymbols(IEnumerable<IDescriptor> descriptors)
    {
        foreach (var descriptor in descriptors)
            AddSymbol(descriptor);
    }

    private void AddSymbol(IDescriptor descriptor) => _symbols.TryAdd(descriptor.FullName, descriptor.File);
}
