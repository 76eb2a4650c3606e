using MoviesNow.Upload.V1;

namespace MoviesNow.Upload.Sweeping;

/// <summary>Housekeeping of the bucket. In the contract, and not implemented yet.</summary>
internal sealed class SweepGrpcService : SweepService.SweepServiceBase;
