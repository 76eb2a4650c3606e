namespace MoviesNow.ClusterTest.Load;

/// <summary>One kind of load, for one fault: it works, remembers what it was promised, and looks afterwards whether that is kept.</summary>
internal interface ILoad
{
    /// <summary>How many work at once.</summary>
    int Workers { get; }

    /// <summary>Pause of a worker between two steps.</summary>
    TimeSpan Pause { get; }

    /// <summary>One step of a worker. It ends by itself, also during a fault.</summary>
    /// <param name="worker">Which, from 0.</param>
    Task StepAsync(int worker);

    /// <summary>Reads back what was acknowledged, when all workers have stopped.</summary>
    Task<Account> CheckAsync();
}
