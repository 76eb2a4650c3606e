using System.Text.Json;
using System.Text.Json.Nodes;

namespace MoviesNow.EmbeddedServers;

/// <summary>Garnet's configuration file: it keeps the password off the command line and the server small.</summary>
internal static class GarnetConfiguration
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<string?> ReadPasswordAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            return (string?)JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken))?["Password"];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the file at once and whole, readable by its owner only.</summary>
    public static async Task WriteAsync(string file, string dataDirectory, string password, bool persistent, CancellationToken cancellationToken)
    {
        var settings = new JsonObject
        {
            ["Address"] = "127.0.0.1",
            ["AuthenticationMode"] = "Password",
            ["Password"] = password,
            ["QuietMode"] = true,
            // As in Redis, a script's commands are one step that no other client sees halfway.
            ["EnableLua"] = true,
            ["LuaTransactionMode"] = true,
            ["LogMemorySize"] = persistent ? "128m" : "512m",
            ["PageSize"] = "4m",
            ["IndexMemorySize"] = "8m",
            ["IndexMaxMemorySize"] = "64m",
            ["BufferPoolMemoryBudget"] = "64m",
            ["NetworkBufferMemoryBudget"] = "64m",
            ["ExpiredKeyDeletionScanFrequencySecs"] = 60,
        };
        if (persistent)
        {
            settings["EnableAOF"] = true;
            settings["AofMemorySize"] = "32m";
            settings["AofPageSize"] = "8m";
            settings["AofSegmentSize"] = "64m";
            // Beyond this a checkpoint is taken and the file begins anew.
            settings["AofSizeLimit"] = "128m";
            settings["Recover"] = true;
            settings["CheckpointDir"] = dataDirectory;
            // What memory does not hold goes to disk; without this the oldest keys would be dropped.
            settings["EnableStorageTier"] = true;
            settings["LogDir"] = dataDirectory;
            settings["SegmentSize"] = "64m";
            settings["ObjectLogSegmentSize"] = "64m";
            // The default device needs libaio, which most machines lack.
            settings["DeviceType"] = "RandomAccess";
        }

        var temporary = $"{file}.{Path.GetRandomFileName()}";
        await using (var writer = new StreamWriter(temporary, OwnerOnly.NewFile()))
            await writer.WriteAsync(settings.ToJsonString(Indented).AsMemory(), cancellationToken);
        File.Move(temporary, file, overwrite: true);
    }
}
