using System.Text.Json;
using Google.Protobuf;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Catalog;

/// <summary>Files of messages in the JSON mapping of protobuf: JSON Lines, or one array.</summary>
internal static class MessageFile
{
    private const int MaxMessage = 400;

    /// <summary>The messages of a file; <c>-</c> is the standard input.</summary>
    /// <exception cref="CommandException">It cannot be read, or one is not what it should be.</exception>
    public static async Task<List<T>> ReadAsync<T>(string path, CancellationToken cancellationToken) where T : class, IMessage<T>, new()
    {
        var messages = new List<T>();
        try
        {
            await using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            await foreach (var value in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream, topLevelValues: true, cancellationToken: cancellationToken))
            {
                foreach (var item in value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
                {
                    messages.Add(JsonParser.Default.Parse<T>(item.GetRawText()));
                }
            }
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException or JsonException)
        {
            throw new CommandException($"{path} is not as expected: number {messages.Count + 1}: {PrintableText.Of(exception.Message, MaxMessage)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(PrintableText.Of(exception.Message, MaxMessage));
        }

        return messages;
    }
}
