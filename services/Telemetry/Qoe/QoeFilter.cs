namespace MoviesNow.Telemetry.Qoe;

/// <summary>Which sessions are looked at: all that fit every condition that is stated.</summary>
internal sealed record QoeFilter(Guid? TitleId = null, Guid? VariantId = null, string Country = "", string Device = "", string AppVersion = "")
{
    /// <summary>What it asks for.</summary>
    public QoeDimensions Dimensions =>
        (TitleId is null ? QoeDimensions.None : QoeDimensions.Title)
        | (VariantId is null ? QoeDimensions.None : QoeDimensions.Variant)
        | (Country.Length == 0 ? QoeDimensions.None : QoeDimensions.Country)
        | (Device.Length == 0 ? QoeDimensions.None : QoeDimensions.Device)
        | (AppVersion.Length == 0 ? QoeDimensions.None : QoeDimensions.AppVersion);
}
