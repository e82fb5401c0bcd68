using Microsoft.Playwright;

namespace StreamMoe.StreamHost.Tests.Live;

/// <summary>A page of which faults and requests are noted from the beginning on.</summary>
internal sealed class LookedAtPage
{
    private const float Patience = 60_000;

    private readonly List<string> _faults = [], _requests = [];

    public LookedAtPage(IPage page, string address)
    {
        (Page, Address) = (page, address);
        page.SetDefaultTimeout(Patience);
        page.Console += (_, message) => { if (message.Type is "error" or "warning") _faults.Add(message.Text); };
        page.PageError += (_, error) => _faults.Add(error);
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    public IPage Page { get; }

    public string Address { get; }

    /// <value>Errors and warnings of the console, and exceptions.</value>
    public IReadOnlyList<string> Faults => _faults;

    /// <value>Addresses of all requests.</value>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Opens the live page and waits until it shows figures.</summary>
    public async Task OpenAsync()
    {
        await Page.GotoAsync(Address + "/");
        await WaitAsync("document.getElementById('t-accuracy').textContent.includes('%') && document.querySelector('#c-pool canvas')");
    }

    /// <summary>Waits until an expression is true.</summary>
    public Task WaitAsync(string expression) => Page.WaitForFunctionAsync("() => Boolean(" + expression + ")");

    public Task<T> EvaluateAsync<T>(string expression) => Page.EvaluateAsync<T>(expression);

    public Task<string> TextAsync(string id) => Page.EvaluateAsync<string>("id => document.getElementById(id).textContent", id);
}
