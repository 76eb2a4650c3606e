namespace MoviesNow.LocalS3.Signing;

/// <summary>Checks the chain of chunk signatures: each covers its own chunk and the signature before it. Not thread-safe; one per request.</summary>
internal sealed class ChunkSigner(byte[] key, CredentialScope credential, string timestamp, string seed)
{
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private string _previous = seed;

    /// <param name="sha256">Of the chunk's bytes, in lower-case hexadecimal.</param>
    /// <param name="signature">What the chunk's header claims.</param>
    public bool VerifyChunk(string sha256, string signature) => Verify(
        $"{SignatureClaim.Algorithm}-PAYLOAD\n{timestamp}\n{credential.Scope}\n{_previous}\n{EmptyHash}\n{sha256}", signature);

    /// <param name="trailers">The trailing headers as <c>name:value\n</c> lines.</param>
    /// <param name="signature">What <c>x-amz-trailer-signature</c> claims.</param>
    public bool VerifyTrailer(string trailers, string signature) => Verify(
        $"AWS4-HMAC-SHA256-TRAILER\n{timestamp}\n{credential.Scope}\n{_previous}\n{CanonicalRequest.Hash(trailers)}", signature);

    private bool Verify(string stringToSign, string signature)
    {
        var expected = SigningKeys.Sign(key, stringToSign);
        _previous = expected;
        return SigningKeys.Equal(expected, signature);
    }
}
