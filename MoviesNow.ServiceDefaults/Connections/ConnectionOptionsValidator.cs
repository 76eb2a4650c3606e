using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Connections;

internal sealed class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>
{
    private const int MaxConnections = 1_000_000;

    public ValidateOptionsResult Validate(string? name, ConnectionOptions options)
    {
        var errors = new List<string>();
        Check(options.MaxPerEndpoint is >= 10 and <= MaxConnections, "MaxPerEndpoint must be 10 to 1000000.");
        Check(options.MaxPerAddress is >= 1 and <= MaxConnections, "MaxPerAddress must be 1 to 1000000.");
        Check(options.HeadersTimeout >= TimeSpan.FromSeconds(1) && options.HeadersTimeout <= TimeSpan.FromMinutes(2), "HeadersTimeout must be 00:00:01 to 00:02:00.");
        Check(options.IdleTimeout >= TimeSpan.FromSeconds(1) && options.IdleTimeout <= TimeSpan.FromHours(1), "IdleTimeout must be 00:00:01 to 01:00:00.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(bool isRight, string rule)
        {
            if (!isRight)
            {
                errors.Add($"{ConnectionOptions.Section}:{rule}");
            }
        }
    }
}
