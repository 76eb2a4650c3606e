namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>Names of renditions, unique within a list as NAME must be within a group (RFC 8216bis 4.4.6.1.1).</summary>
internal static class RenditionNames
{
    /// <summary>
    /// Gives each rendition a name, in the order of the list. Renditions of several languages that share a name get their language added,
    /// and what is still the same is numbered from 2.
    /// </summary>
    /// <param name="renditions">Language and preferred name of each.</param>
    public static string[] Assign(IReadOnlyList<(string Language, string Name)> renditions)
    {
        var ambiguous = renditions.GroupBy(rendition => rendition.Name, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Select(rendition => rendition.Language).Distinct(StringComparer.OrdinalIgnoreCase).Skip(1).Any())
            .Select(same => same.Key)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new string[renditions.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var (language, name) = renditions[i];
            var stem = ambiguous.Contains(name) && language.Length > 0 ? $"{name} ({language})" : name;
            names[i] = stem;
            for (var number = 2; !used.Add(names[i]); number++)
            {
                names[i] = $"{stem} {number}";
            }
        }

        return names;
    }
}
