namespace StreamMoe.Streams.Generators;

/// <summary>Lets classes 1 and 0 alternate, beginning with 1, by rejecting candidates of the other class.</summary>
/// <remarks>Switched off it accepts everything. The class looked at is the one before noise.</remarks>
internal struct ClassBalance(bool enabled)
{
    private bool _wantsZero;

    /// <summary>Whether a candidate of this class is taken; a taken one turns the wish round.</summary>
    public bool Accepts(int label)
    {
        if (!enabled) return true;
        if (label == 0 != _wantsZero) return false;
        _wantsZero = !_wantsZero;
        return true;
    }

    /// <summary>Wants class 1 next.</summary>
    public void Restart() => _wantsZero = false;
}
