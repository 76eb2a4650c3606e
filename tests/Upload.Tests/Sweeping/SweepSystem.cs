using UploadTests.Support;

namespace UploadTests.Sweeping;

/// <summary>A system of their own for tests of the sweeper: it sees everything that is in a database and a bucket.</summary>
public sealed class SweepSystem : SharedSystem;

[CollectionDefinition(nameof(SweepSystem))]
public sealed class SweepSystemGroup : ICollectionFixture<SweepSystem>;
