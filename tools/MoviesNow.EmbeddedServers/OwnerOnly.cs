namespace MoviesNow.EmbeddedServers;

/// <summary>Files with secrets.</summary>
internal static class OwnerOnly
{
    /// <summary>For a new file that only its owner may read.</summary>
    public static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
