using MoviesNow.Upload.Multipart;

namespace UploadTests.Multipart;

public sealed class SharedQuestionsTests
{
    private readonly List<TaskCompletionSource<int>> _asked = [];
    private readonly SemaphoreSlim _begun = new(0);
    private readonly SharedQuestions<string, int> _questions;

    public SharedQuestionsTests() => _questions = new(_ =>
    {
        var answer = new TaskCompletionSource<int>();
        _asked.Add(answer);
        _begun.Release();
        return answer.Task;
    });

    [Fact]
    public async Task AskAsync_WhileAQuestionRuns_SharesTheNextOneAndNotThat()
    {
        var first = AskAsync();
        await _begun.WaitAsync();
        var (second, third) = (AskAsync(), AskAsync());

        _asked[0].SetResult(1);
        await _begun.WaitAsync();
        _asked[1].SetResult(2);

        int[] answers = await Task.WhenAll(first, second, third);
        Assert.Equal([1, 2, 2], answers);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task AskAsync_AfterAFailure_AsksAgain()
    {
        var first = AskAsync();
        await _begun.WaitAsync();
        var second = AskAsync();

        _asked[0].SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await _begun.WaitAsync();
        _asked[1].SetResult(2);

        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task AskAsync_CallerGivesUp_LeavesTheAnswerToTheOthers()
    {
        using var impatient = new CancellationTokenSource();
        var first = AskAsync(impatient.Token);
        await _begun.WaitAsync();
        var second = AskAsync();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _asked[0].SetResult(1);
        await _begun.WaitAsync();
        _asked[1].SetResult(2);

        Assert.Equal(2, await second);
    }

    private Task<int> AskAsync(CancellationToken cancellationToken = default) => _questions.AskAsync("upload", cancellationToken);
}
