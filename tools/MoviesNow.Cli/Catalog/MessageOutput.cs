using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MoviesNow.ServiceDefaults.Errors;
using Spectre.Console;

namespace MoviesNow.Cli.Catalog;

/// <summary>
/// Messages as a table or a list of fields for people, or as JSON for scripts, one object a line. Texts come from others: characters that act
/// on a terminal are shown as their codes.
/// </summary>
internal sealed partial class MessageOutput(TextWriter writer, bool json)
{
    private const int MaxCell = 200;
    private const int MaxText = 40_000;
    private static readonly Padding Gap = new(0, 0, 2, 0);

    public async Task ListAsync<T>(IAsyncEnumerable<T> messages, string[] columns, CancellationToken cancellationToken) where T : IMessage
    {
        if (json)
        {
            await foreach (var message in messages.WithCancellation(cancellationToken))
            {
                WriteJson(message);
            }
        }
        else
        {
            Table(await messages.ToListAsync(cancellationToken), columns);
        }
    }

    public void List<T>(IReadOnlyList<T> messages, string[] columns) where T : IMessage
    {
        if (json)
        {
            messages.ToList().ForEach(message => WriteJson(message));
        }
        else
        {
            Table(messages, columns);
        }
    }

    /// <summary>All fields of one message that are stated.</summary>
    public void Show(IMessage message)
    {
        if (json)
        {
            WriteJson(message);
            return;
        }

        var grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = Gap }).AddColumn();
        foreach (var (field, owner) in Leaves(message))
        {
            var lines = FieldText.Format(field, owner).Split('\n').Select(line => PrintableText.Of(line, MaxText));
            if (string.Join('\n', lines) is { Length: > 0 } text)
            {
                grid.AddRow(new Text(Words(field), new Style(decoration: Decoration.Bold)), new Text(text));
            }
        }

        Consoles.On(writer).Write(grid);
    }

    /// <summary>Rows with a heading; the first column, an id most often, is never broken.</summary>
    public void Table<T>(IReadOnlyList<T> messages, string[] columns) where T : IMessage
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
        {
            var heading = Words(column.Split('.')[^1]).ToUpper(CultureInfo.InvariantCulture);
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))) { Padding = Gap, NoWrap = table.Columns.Count == 0 });
        }

        foreach (var message in messages)
        {
            table.AddRow(columns.Select(column => new Text(PrintableText.Of(Cell(message, column), MaxCell))));
        }

        Consoles.On(writer).Write(table);
    }

    private static string Cell(IMessage message, string column)
    {
        var parts = column.Split('.');
        IMessage? owner = message;
        foreach (var part in parts[..^1])
        {
            owner = owner?.Descriptor.FieldAt(part).Accessor.GetValue(owner) as IMessage;
        }

        return owner is null ? "" : FieldText.Format(owner.Descriptor.FieldAt(parts[^1]), owner);
    }

    private static IEnumerable<(FieldDescriptor Field, IMessage Owner)> Leaves(IMessage message) =>
        message.Descriptor.Fields.InDeclarationOrder().SelectMany(field =>
            field is { IsRepeated: false, FieldType: FieldType.Message } && !FieldText.IsValue(field.MessageType)
                ? field.Accessor.GetValue(message) is IMessage child ? Leaves(child) : []
                : [(field, message)]);

    private static string Words(FieldDescriptor field) => Words(field.Name);

    private static string Words(string name)
    {
        name = name.StartsWith("is_", StringComparison.Ordinal) ? name["is_".Length..] : name;
        name = name.EndsWith("_ms", StringComparison.Ordinal) ? name[..^"_ms".Length] : name;
        return name.Replace('_', ' ');
    }

    // The formatter escapes most characters that act on a terminal, and not all. Outside of strings JSON has none of them.
    private void WriteJson(IMessage message) => writer.WriteLine(Invisible().Replace(
        JsonFormatter.Default.Format(message), match => string.Concat(match.Value.Select(unit => $"\\u{(int)unit:x4}"))));

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]|\uDB40[\uDC00-\uDC7F]", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Invisible();
}
