using System.Text.Json;

namespace MoviesNow.Cli.Packaging;

/// <summary>
/// The directory that a film is encoded in. Each step works in a directory of its own that gets its name when the step is done, and the state file
/// says so after that: whatever happens, what has its name is whole, and an encoder that outlives this process writes where nobody looks.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string StateFile = "state.json";
    private const string Unfinished = "unfinished";

    private readonly FileStream _lock;
    private readonly TimeProvider _time;

    private WorkFolder(string path, FileStream held, WorkState state, TimeProvider time) => (Path, _lock, State, _time) = (path, held, state, time);

    public string Path { get; }

    public WorkState State { get; private set; }

    /// <summary>What is uploaded.</summary>
    public string Package => At("package");

    /// <summary>Opens the directory for a source with its settings, and clears it when it was for others.</summary>
    /// <param name="path">The directory; it is made when it is not there.</param>
    /// <param name="fingerprint">Of the source and the settings.</param>
    /// <param name="time">Tells the time.</param>
    /// <exception cref="CommandException">Another command works in it, or it cannot be written, or has files of others.</exception>
    public static WorkFolder Open(string path, string fingerprint, TimeProvider time)
    {
        try
        {
            var isNew = !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any();
            if (!isNew && !File.Exists(System.IO.Path.Combine(path, "lock")))
            {
                throw new CommandException($"'{path}' has files of others: name an empty directory with --work.");
            }

            Directory.CreateDirectory(path);
            var held = Lock(path);
            var state = Read(path) ?? new WorkState(fingerprint, new(StringComparer.Ordinal));
            if (!string.Equals(state.Fingerprint, fingerprint, StringComparison.Ordinal))
            {
                state = new WorkState(fingerprint, new(StringComparer.Ordinal));
                Clear(path);
            }

            var folder = new WorkFolder(path, held, state, time);
            folder.Remove(Unfinished);
            folder.Save(state);
            return folder;
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException($"'{path}' cannot be written: name another directory with --work.");
        }
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether a step is done and what it made is still there.</summary>
    public bool IsDone(string step) => State.Steps.TryGetValue(step, out var made) && made == ResultOf(At(step));

    /// <summary>Does a step, unless it is done.</summary>
    /// <param name="step">Its name: the directory that it makes.</param>
    /// <param name="work">Makes it, in a directory of its own.</param>
    public async Task DoAsync(string step, Func<string, Task> work)
    {
        if (IsDone(step))
        {
            return;
        }

        var own = System.IO.Path.Combine(At(Unfinished), Guid.CreateVersion7(_time.GetUtcNow()).ToString("n"));
        Directory.CreateDirectory(own);
        await work(own);
        Remove(step);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(step))!);
        Directory.Move(own, At(step));
        State.Steps[step] = ResultOf(At(step))!;
        Save(State);
    }

    /// <summary>Writes the state anew; the old one stays until the new one is whole.</summary>
    public void Save(WorkState state)
    {
        State = state;
        var part = At(StateFile + ".part");
        File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(state));
        File.Move(part, At(StateFile), overwrite: true);
    }

    /// <summary>Removes what was made; what was published stays known.</summary>
    public void Tidy()
    {
        Clear(Path);
        State.Steps.Clear();
        Save(State);
    }

    public void Dispose() => _lock.Dispose();

    private void Remove(string name)
    {
        if (Directory.Exists(At(name)))
        {
            Directory.Delete(At(name), recursive: true);
        }
    }

    private static void Clear(string path)
    {
        foreach (var folder in Directory.EnumerateDirectories(path))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new CommandException($"Another command works in '{path}': wait for its end, or name another directory with --work.");
        }
    }

    private static WorkState? Read(string path)
    {
        var file = System.IO.Path.Combine(path, StateFile);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<WorkState>(File.ReadAllBytes(file)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static StepResult? ResultOf(string folder)
    {
        var files = Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories) : [];
        return files.Length > 0 ? new StepResult(files.Length, files.Sum(file => file.Length)) : null;
    }
}
