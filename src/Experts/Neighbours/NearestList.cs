namespace StreamMoe.Experts.Neighbours;

/// <summary>The closest rows seen so far, the closest first; of equally close ones that which came first.</summary>
internal ref struct NearestList(Span<float> closeness, Span<int> slots, int capacity, float threshold)
{
    public readonly Span<float> Closeness = closeness;

    public readonly Span<int> Slots = slots;

    public int Count { get; private set; }

    /// <summary>What a row must exceed to get into the list.</summary>
    public float Threshold { get; private set; } = threshold;

    public void Insert(float value, int slot)
    {
        int at = Count < capacity ? Count++ : capacity - 1;
        for (; at > 0 && Closeness[at - 1] < value; at--)
        {
            Closeness[at] = Closeness[at - 1];
            Slots[at] = Slots[at - 1];
        }
        Closeness[at] = value;
        Slots[at] = slot;
        if (Count == capacity) Threshold = Closeness[capacity - 1];
    }
}
