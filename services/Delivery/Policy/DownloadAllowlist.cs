using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Policy;

/// <summary>
/// What may ever be presigned: the built-in entries, and those of the configuration. A key is admitted by one entry at most, so adding an entry
/// changes nothing for the keys of another.
/// </summary>
internal sealed class DownloadAllowlist
{
    private readonly ConfiguredEntry[] _configured;

    /// <param name="options">Validated.</param>
    public DownloadAllowlist(IOptions<AllowlistOptions> options) =>
        _configured = [.. options.Value.Entries.Select(entry => new ConfiguredEntry(entry.Key, entry.Value))];

    /// <summary>True when the key may be downloaded.</summary>
    /// <param name="key">As the caller spelled it.</param>
    /// <param name="download">What it means.</param>
    public bool TryAdmit(string key, [NotNullWhen(true)] out AdmittedDownload? download)
    {
        download = StorageKey.TryParse(key, out var parsed) ? Admit(parsed) : null;
        return download is not null;
    }

    private AdmittedDownload? Admit(StorageKey key)
    {
        var admitted = BuiltInEntries.Admit(key);
        for (var i = 0; admitted is null && i < _configured.Length; i++)
        {
            admitted = _configured[i].Admit(key);
        }

        return admitted;
    }

    private sealed class ConfiguredEntry
    {
        private readonly string _name;
        private readonly PrefixTemplate _prefix;
        private readonly AllowlistEntryOptions _options;

        public ConfiguredEntry(string name, AllowlistEntryOptions options) => (_name, _options, _prefix) = (
            name, options, PrefixTemplate.TryParse(options.Prefix, out var prefix, out var violation) ? prefix : throw new InvalidOperationException(violation));

        public AdmittedDownload? Admit(StorageKey key)
        {
            if (!_prefix.Matches(key, out var titleId, out var episodeId, out var file))
            {
                return null;
            }

            var dot = file.Value.LastIndexOf('.');
            return dot > 0 && _options.ContentTypes.TryGetValue(file.Value[(dot + 1)..], out var contentType)
                ? new AdmittedDownload(key, _name, contentType, QuotaKind.Downloads, titleId, episodeId, _options.RequiresBundle, _options.RequiresToken)
                : null;
        }
    }
}
