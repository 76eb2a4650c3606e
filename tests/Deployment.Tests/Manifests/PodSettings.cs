using System.Text.Json.Nodes;

namespace MoviesNow.Deployment.Tests.Manifests;

/// <summary>The environment that a manifest gives a service.</summary>
/// <param name="Plain">Variables with their values.</param>
/// <param name="Keys">Variables whose values are keys of secrets: the secret, and the key.</param>
/// <param name="Secrets">Secrets of which every key is a variable, and whether they may be absent.</param>
internal sealed record PodSettings(
    IReadOnlyDictionary<string, string> Plain, IReadOnlyDictionary<string, (string Secret, string Key)> Keys, IReadOnlyDictionary<string, bool> Secrets)
{
    public static async Task<PodSettings> OfAsync(string overlay, ServiceFacts service)
    {
        var rendered = await Rendered.OfAsync(overlay);
        var container = rendered.One("Deployment", service.ClusterName).Container;
        var plain = new Dictionary<string, string>(StringComparer.Ordinal);
        var keys = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var secrets = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var source in container["envFrom"]!.AsArray().OfType<JsonObject>())
        {
            if (source["secretRef"] is { } secret)
            {
                secrets[(string)secret["name"]!] = (bool?)secret["optional"] ?? false;
            }
            else
            {
                foreach (var (name, value) in rendered.One("ConfigMap", (string)source["configMapRef"]!["name"]!).Node["data"]!.AsObject())
                {
                    plain[name] = value!.ToString();
                }
            }
        }

        foreach (var variable in container["env"]!.AsArray().OfType<JsonObject>())
        {
            var name = (string)variable["name"]!;
            if (variable["value"] is { } value)
            {
                plain[name] = value.ToString();
            }
            else if (variable["valueFrom"]!["secretKeyRef"] is { } reference)
            {
                keys[name] = ((string)reference["name"]!, (string)reference["key"]!);
            }
        }

        return new(plain, keys, secrets);
    }
}
