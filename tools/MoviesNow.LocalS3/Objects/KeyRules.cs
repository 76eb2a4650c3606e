using System.Text;
using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Objects;

/// <summary>A key is any text of at most 1024 bytes of UTF-8.</summary>
internal static class KeyRules
{
    private const int MaxBytes = 1024;

    /// <exception cref="S3Exception">KeyTooLongError.</exception>
    public static void Check(string key)
    {
        if (Encoding.UTF8.GetByteCount(key) > MaxBytes)
            throw S3Errors.KeyTooLong.With("MaxSizeAllowed", $"{MaxBytes}").Throw();
    }
}
