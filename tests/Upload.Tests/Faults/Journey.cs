using MoviesNow.Upload;

namespace UploadTests.Faults;

/// <summary>Everything that a client does for one purpose, from the first call to the last.</summary>
/// <param name="Name">What is uploaded.</param>
/// <param name="RunAsync">Does it for a title: asks for what is missing after each failure, and checks the end.</param>
/// <param name="IsSeries">Whether the title is a series; a film otherwise.</param>
/// <param name="Steps">Where the service is killed on the way.</param>
internal sealed record Journey(string Name, Func<FailoverClient, string, Task> RunAsync, bool IsSeries, params Failpoint[] Steps);
