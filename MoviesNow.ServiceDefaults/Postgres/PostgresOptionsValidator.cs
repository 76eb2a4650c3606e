using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Postgres;

internal sealed class PostgresOptionsValidator : IValidateOptions<PostgresOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    public ValidateOptionsResult Validate(string? name, PostgresOptions options)
    {
        var errors = new List<string>();
        Within(nameof(options.Connections), options.Connections, 0, 100_000);
        Within(nameof(options.MaxReplicas), options.MaxReplicas, 1, 10_000);
        Within(nameof(options.DirectConnections), options.DirectConnections, 1, 100);
        if (errors.Count == 0 && options.PoolSize < PostgresOptions.SmallestPool)
        {
            var least = options.MaxReplicas * (options.DirectConnections + PostgresOptions.SmallestPool);
            errors.Add(
                $"{PostgresOptions.Section}:Connections must be at least {least}: " +
                $"{options.MaxReplicas} replicas with {options.DirectConnections} direct connections each.");
        }

        Lasts(nameof(options.StatementTimeout), options.StatementTimeout, TimeSpan.FromHours(1));
        Lasts(nameof(options.LockTimeout), options.LockTimeout, options.StatementTimeout);
        Lasts(nameof(options.IdleInTransactionTimeout), options.IdleInTransactionTimeout, TimeSpan.FromHours(1));
        Lasts(nameof(options.LongStatementTimeout), options.LongStatementTimeout, TimeSpan.FromDays(1));
        Lasts(nameof(options.LongLockTimeout), options.LongLockTimeout, options.LongStatementTimeout);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Within(string key, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{PostgresOptions.Section}:{key} must be {least} to {most}.");
            }
        }

        void Lasts(string key, TimeSpan value, TimeSpan longest)
        {
            if (value < Shortest || value > longest)
            {
                errors.Add($"{PostgresOptions.Section}:{key} must be {Shortest:c} to {longest:c}.");
            }
        }
    }
}
