using Microsoft.Extensions.Options;

namespace MoviesNow.Catalog.Transfer;

internal static class TransferServices
{
    public static IServiceCollection AddTransfer(this IServiceCollection services)
    {
        services.AddOptions<ImportOptions>().BindConfiguration(ImportOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<ImportOptions>, ImportOptionsValidator>()
            .AddSingleton<ImportStore>()
            .AddSingleton<CatalogExport>();
    }
}
