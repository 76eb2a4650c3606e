using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>Checks the ranges that the options state, and the names of methods.</summary>
internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var errors = new List<string>(ErrorsOf(options, RateLimitOptions.Section));
        var meant = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, limit) in options.Methods)
        {
            var path = $"{RateLimitOptions.Section}:Methods:{key}";
            var methods = MethodLimits.Named(key).ToList();
            if (methods.Count != 1 || !meant.Add(methods[0]))
            {
                errors.Add(methods.Count switch
                {
                    0 => $"{path} names no method of the contract.",
                    1 => $"{path} is one of two entries for {methods[0]}.",
                    _ => $"{path} may mean {string.Join(" or ", methods)}.",
                });
            }

            errors.AddRange(ErrorsOf(limit, path));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> ErrorsOf(object options, string path)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{path}:{result.ErrorMessage}");
    }
}
