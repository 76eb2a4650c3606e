using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace MoviesNow.ServiceDefaults.Migrations;

/// <summary>One numbered SQL file that is embedded in a service, such as <c>0001_titles.sql</c>.</summary>
/// <param name="Number">Its place in the order, from 1, without gaps.</param>
/// <param name="Name">File name.</param>
/// <param name="Sql">The statements.</param>
public sealed record MigrationScript(int Number, string Name, string Sql)
{
    private const int NumberLength = 4;

    /// <summary>SHA-256 of the statements: an applied script must never change.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The scripts of an assembly in order.</summary>
    /// <exception cref="InvalidOperationException">A name has no number, or the numbers have gaps or duplicates.</exception>
    public static IReadOnlyList<MigrationScript> ReadFrom(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var scripts = assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(".sql", StringComparison.Ordinal))
            .Select(resource => Read(assembly, resource))
            .OrderBy(script => script.Number)
            .ToList();
        for (var i = 0; i < scripts.Count; i++)
        {
            if (scripts[i].Number != i + 1)
            {
                throw new InvalidOperationException($"Migration {scripts[i].Name} should have the number {i + 1}.");
            }
        }

        return scripts;
    }

    private static MigrationScript Read(Assembly assembly, string resource)
    {
        // Resource names are Folder.Folder.0001_name.sql.
        var name = string.Join('.', resource.Split('.')[^2..]);
        if (!int.TryParse(name.AsSpan(0, Math.Min(NumberLength, name.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new InvalidOperationException($"Migration {name} should begin with a number of {NumberLength} digits.");
        }

        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new MigrationScript(number, name, reader.ReadToEnd());
    }
}
