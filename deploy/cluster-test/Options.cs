namespace MoviesNow.ClusterTest;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = "usage: run [--all | --only FAULT,… | --keep] [--s3 ceph|locals3] [--redis redis|garnet] [--database balanced|direct] [--rate FACTOR]";

    /// <summary>Every fault, not only the short ones.</summary>
    public bool All { get; private init; }

    /// <summary>Only these; empty for no such choice.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>No fault: the cluster stays up until it is interrupted.</summary>
    public bool Keep { get; private init; }

    public string Storage { get; private init; } = "ceph";

    public string Redis { get; private init; } = "redis";

    public string Database { get; private init; } = "balanced";

    /// <summary>How much load, where 1 is about 250 calls a second.</summary>
    public double Rate { get; private init; } = 1;

    /// <summary>Where the published services are.</summary>
    public string Binaries { get; private init; } = "";

    /// <summary>Where those of an earlier version are; empty for none.</summary>
    public string OldBinaries { get; private init; } = "";

    /// <summary>Where data may be kept.</summary>
    public string Folder { get; private init; } = "";

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It makes no sense.</exception>
    public static Options Read(ReadOnlySpan<string> arguments)
    {
        var options = new Options();
        while (arguments is [var name, ..])
        {
            var value = arguments is [_, var next, ..] ? next : "";
            options = name switch
            {
                "--all" => options with { All = true },
                "--keep" => options with { Keep = true },
                "--only" when value.Length > 0 => options with { Only = value.Split(',') },
                "--s3" when value is "ceph" or "locals3" => options with { Storage = value },
                "--redis" when value is "redis" or "garnet" => options with { Redis = value },
                "--database" when value is "balanced" or "direct" => options with { Database = value },
                "--rate" when double.TryParse(value, out var rate) && rate is > 0 and <= 100 => options with { Rate = rate },
                "--binaries" when value.Length > 0 => options with { Binaries = value },
                "--old" when value.Length > 0 => options with { OldBinaries = value },
                "--folder" when value.Length > 0 => options with { Folder = value },
                _ => throw new ArgumentException($"'{name} {value}' is not understood; {Usage}", nameof(arguments)),
            };
            arguments = arguments[(name is "--all" or "--keep" ? 1 : 2)..];
        }

        return options;
    }
}
