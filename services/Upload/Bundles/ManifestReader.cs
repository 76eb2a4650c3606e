using System.Text.Json;
using Json.Schema;

namespace MoviesNow.Upload.Bundles;

/// <summary>Reads manifests, and holds them against the published schema.</summary>
internal static class ManifestReader
{
    private const string SchemaResource = "bundle-manifest.schema.json";
    private const int MaxDepth = 8;

    // A file has ten: its braces, and four names with their values.
    private const int MaxTokens = 201_000;

    private static readonly JsonSchema Schema = LoadSchema();
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    /// <summary>The manifest, or why it is none.</summary>
    public static (BundleManifest? Manifest, ManifestProblem? Problem) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (IsTooMuch(json.Span))
            {
                return (null, new ManifestProblem("SCHEMA", "it has more values than 20,000 files need"));
            }

            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            return Violation(document.RootElement) is { } problem ? (null, problem) : (Read(document.RootElement), null);
        }
        catch (JsonException exception)
        {
            return (null, new ManifestProblem("NOT_JSON", $"it is not JSON, line {exception.LineNumber + 1 ?? 1}"));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON can write it, and it is no text.
            return (null, new ManifestProblem("NOT_JSON", "it has text that is not Unicode"));
        }
    }

    /// <summary>Each value that breaks the schema costs memory, so that there must not be millions of them.</summary>
    private static bool IsTooMuch(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var tokens = 0;
        while (reader.Read())
        {
            tokens++;
        }

        return tokens > MaxTokens;
    }

    private static ManifestProblem? Violation(JsonElement root)
    {
        var result = Schema.Evaluate(root, Options);
        if (result.IsValid)
        {
            return null;
        }

        // What is wrong with a value is also wrong with all that it is part of: the innermost tells most.
        var (place, error) = Violations(result)
            .DefaultIfEmpty((Place: "", Error: "it does not fit the schema"))
            .MaxBy(violation => violation.Place.Count(character => character == '/'));
        return new ManifestProblem("SCHEMA", error, place.Length == 0 ? null : place);
    }

    private static IEnumerable<(string Place, string Error)> Violations(EvaluationResults result)
    {
        foreach (var (keyword, error) in result.Errors ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            yield return (result.InstanceLocation.ToString(), keyword.Length == 0 ? "it is not allowed here" : $"{keyword}: {error}");
        }

        foreach (var violation in (result.Details ?? []).Where(detail => !detail.IsValid).SelectMany(Violations))
        {
            yield return violation;
        }
    }

    private static BundleManifest Read(JsonElement root) => new(
        root.TryGetProperty("bundle_id", out var bundle) ? Guid.Parse(bundle.GetString()!) : null,
        [.. root.GetProperty("entries").EnumerateArray().Select(entry => new ManifestEntry(
            entry.GetProperty("path").GetString()!,
            Whole(entry.GetProperty("size_bytes")),
            entry.GetProperty("sha256").GetString()!,
            entry.TryGetProperty("episode_id", out var episode) ? Guid.Parse(episode.GetString()!) : null))]);

    /// <summary>1.0 and 1e3 are whole numbers too.</summary>
    private static long Whole(JsonElement number) => number.TryGetInt64(out var value) ? value : (long)number.GetDouble();

    private static JsonSchema LoadSchema()
    {
        using var resource = typeof(ManifestReader).Assembly.GetManifestResourceStream(SchemaResource)!;
        using var reader = new StreamReader(resource);
        return JsonSchema.FromText(reader.ReadToEnd());
    }
}
