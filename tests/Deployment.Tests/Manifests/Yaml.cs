using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>YAML as the JSON that it stands for.</summary>
internal static class Yaml
{
    /// <summary>The documents of a text.</summary>
    public static IReadOnlyList<JsonNode> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => NodeOf(document.RootNode)!)];
    }

    private static JsonNode? NodeOf(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, NodeOf(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(NodeOf)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } => ValueOf(plain),
        YamlScalarNode { Value: { } text } => JsonValue.Create(text),
        _ => null,
    };

    private static JsonNode? ValueOf(string plain) => plain switch
    {
        "" or "null" or "~" => null,
        "true" => true,
        "false" => false,
        // Read as JSON, so that it can be had as an int as well.
        _ when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture)),
        _ => plain,
    };
}
