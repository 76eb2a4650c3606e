using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>Quality of experience: in the contract, and answered with UNIMPLEMENTED for now.</summary>
internal sealed class QoeGrpcService : QoeService.QoeServiceBase;
