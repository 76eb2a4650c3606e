using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MoviesNow.AppHost.Local;

namespace MoviesNow.AppHost.Startup;

/// <summary>
/// Tells on the console what starts, what waits for what and what is ready. A resource that fails while the application starts
/// stops it, with the resource's last lines and what to do. Later on, failures are told, and the dashboard can restart what failed.
/// </summary>
internal static class StartupConsole
{
    private const string TimeoutSetting = "Startup:TimeoutSeconds";
    // A first start encodes the demo's film: minutes where other work has the processors.
    private const int DefaultTimeoutSeconds = 300;

    /// <summary>Prints a line about a resource.</summary>
    public static void Say(string resource, string what) => Console.WriteLine($"  {resource,-20} {what}");

    /// <summary>Begins to tell when the application starts.</summary>
    /// <exception cref="StartException">The time-out is no number of seconds.</exception>
    public static void ShowStartup(this IDistributedApplicationBuilder builder, LocalHome home)
    {
        var timeout = ReadTimeout(builder.Configuration);
        builder.Services.AddSingleton(provider => new StartupWatch(
            provider.GetRequiredService<ResourceNotificationService>(),
            provider.GetRequiredService<ResourceLoggerService>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            home,
            timeout));
        // Hosted services of ours would start only after the resources did.
        builder.Eventing.Subscribe<BeforeStartEvent>((started, _) =>
        {
            if (builder.ExecutionContext.IsRunMode)
            {
                started.Services.GetRequiredService<StartupWatch>().Begin(started.Model.Resources);
            }

            return Task.CompletedTask;
        });
    }

    private static TimeSpan ReadTimeout(ConfigurationManager configuration) => configuration[TimeoutSetting] switch
    {
        null or "" => TimeSpan.FromSeconds(DefaultTimeoutSeconds),
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => TimeSpan.FromSeconds(seconds),
        var other => throw new StartException($"The setting {TimeoutSetting} is '{other}'. It must be a number of seconds, for example --{TimeoutSetting}={DefaultTimeoutSeconds}."),
    };
}
