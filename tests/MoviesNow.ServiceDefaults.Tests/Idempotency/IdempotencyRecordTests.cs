using System.Text;
using Google.Protobuf;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Idempotency;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

public sealed class IdempotencyRecordTests
{
    private static readonly KeyedCall Call = IdempotencyTests.CallOf("key", "Fjord");
    private static readonly CreateTitleResponse Answer = new() { Title = new Title { Name = "Fjord" } };

    [Fact]
    public void Running_OfOneCallTwice_AreTwoLeases() => Assert.NotEqual(IdempotencyRecord.Running(Call), IdempotencyRecord.Running(Call));

    [Fact]
    public void Answered_OfTwoLeases_AreEncryptedWithTwoNonces()
    {
        var (one, other) = (Answered(), Answered());

        Assert.NotEqual(one[17..29], other[17..29]);
        Assert.Equal(Answer.ToByteArray(), IdempotencyRecord.AnswerIn(one, Call));
        Assert.Equal(Answer.ToByteArray(), IdempotencyRecord.AnswerIn(other, Call));
    }

    [Fact]
    public void Record_OfAnyState_HoldsNeitherSealingKeyNorEffect()
    {
        byte[] all = [.. IdempotencyRecord.Running(Call), .. Answered(), .. IdempotencyRecord.NotKept(Call), .. Encoding.ASCII.GetBytes(Call.RecordName)];

        Assert.Equal(-1, all.AsSpan().IndexOf(Call.SealingKey[..16]));
        Assert.Equal(-1, all.AsSpan().IndexOf(Call.SealingKey[16..]));
        Assert.Equal(-1, all.AsSpan().IndexOf(Call.EffectId.ToByteArray(bigEndian: true)));
    }

    [Fact]
    public void IsOf_SomethingElse_IsFalse()
    {
        Assert.True(IdempotencyRecord.IsOf(Answered(), Call));
        Assert.False(IdempotencyRecord.IsOf(Answered(), IdempotencyTests.CallOf("key", "Fjell")));
        Assert.False(IdempotencyRecord.IsOf([], Call));
    }

    private static byte[] Answered() => IdempotencyRecord.Answered(Call, IdempotencyRecord.Running(Call), Answer, Answer.CalculateSize());
}
