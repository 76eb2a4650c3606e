using System.Diagnostics;

namespace MoviesNow.Upload;

/// <summary>Steps between two effects outside of the process, at which a test kills the service.</summary>
internal enum Failpoint
{
    /// <summary>CreateUpload, CreateBundle, UploadSmallFile: the row has the key, and nothing else was done.</summary>
    CreateClaimed,

    /// <summary>CreateBundle: the catalogue has reserved the bundle.</summary>
    CreateReserved,

    /// <summary>Create: what was left over at the key is gone.</summary>
    CreateCleared,

    /// <summary>Create: storage has begun a multipart upload that no row names.</summary>
    CreateMultipartBegun,

    /// <summary>UploadSmallFile: the object is stored.</summary>
    CreatePrepared,

    /// <summary>Create: the session is open, and its caller does not know it.</summary>
    CreateOpened,

    /// <summary>PresignParts: storage knows the multipart upload, and the caller has no URL yet.</summary>
    PartsChecked,

    /// <summary>An object that failed its check is removed, and the row does not say so.</summary>
    RestartRemoved,

    /// <summary>Storage has begun a fresh multipart upload that the row does not name.</summary>
    RestartBegun,

    /// <summary>CompleteMultipartUpload: storage has joined the parts.</summary>
    CompleteJoined,

    /// <summary>FinalizeUpload: the object is as declared.</summary>
    FinalizeVerified,

    /// <summary>FinalizeUpload: the row says so, and the catalogue does not know.</summary>
    FinalizeRecording,

    /// <summary>FinalizeUpload: the catalogue knows.</summary>
    FinalizeRecorded,

    /// <summary>FinalizeUpload: the session is completed, and its caller does not know it.</summary>
    FinalizeCompleted,

    /// <summary>AbortUpload: the row says so.</summary>
    AbortDecided,

    /// <summary>Closing: the bundle is given back to the catalogue.</summary>
    CloseReleased,

    /// <summary>Closing: the multipart upload is aborted.</summary>
    CloseMultipartAborted,

    /// <summary>Closing: the object is removed, and the row is not closed.</summary>
    CloseRemoved,

    /// <summary>AbortUpload: the session is closed, and its caller does not know it.</summary>
    AbortClosed,

    /// <summary>DeleteBundle: the session of the ZIP is closing.</summary>
    DeleteDecided,

    /// <summary>DeleteBundle: the catalogue has forgotten the bundle.</summary>
    DeleteReleased,

    /// <summary>UploadBundleManifest: the object is stored.</summary>
    ManifestStored,

    /// <summary>UploadBundleManifest: the catalogue knows, and the caller does not.</summary>
    ManifestRecorded,

    /// <summary>CreatePackage: the row is there, and its caller does not know it.</summary>
    PackageCreated,

    /// <summary>DeclarePackageFiles: the files are noted, and the caller does not know it.</summary>
    PackageDeclared,

    /// <summary>FinalizePackage: every object is as declared.</summary>
    PackageVerified,

    /// <summary>FinalizePackage: the row says so, and the catalogue does not know.</summary>
    PackageRecording,

    /// <summary>FinalizePackage: the catalogue plays the package.</summary>
    PackagePublished,

    /// <summary>FinalizePackage: the package is completed, and its caller does not know it.</summary>
    PackageCompleted,

    /// <summary>AbortPackage: the row says so.</summary>
    PackageClosing,

    /// <summary>AbortPackage: the objects are removed, and the row is not closed.</summary>
    PackageRemoved,
}

/// <summary>
/// Lets a test hold calls at a step until it kills the process. A call names its step in its W3C baggage, which ASP.NET Core hands on, so
/// that one process holds calls at many steps.
/// </summary>
internal static class Failpoints
{
    /// <summary>The environment variable that makes a process hold calls.</summary>
    public const string Variable = "MOVIESNOW_FAILPOINTS";

    /// <summary>The item of the baggage that names the step.</summary>
    public const string Item = "moviesnow.failpoint";

    /// <summary>Begins the line that says that a call is held.</summary>
    public const string Held = "A call is held at ";

    private static readonly bool IsOn = Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>
    /// A call has come to a step. Release builds have no such calls: the compiler leaves them out with their arguments, so in production
    /// they cost nothing and no setting brings them back. It is static, so that the classes which have the steps need no dependency for it.
    /// </summary>
    [Conditional("DEBUG")]
    public static void Reach(Failpoint step)
    {
        if (IsOn && string.Equals(Activity.Current?.GetBaggageItem(Item), step.ToString(), StringComparison.Ordinal))
        {
            Console.WriteLine(Held + step);
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
