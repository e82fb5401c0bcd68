using StreamMoe.Streams;

namespace StreamMoe.DriftMoe.Tests.Presets;

/// <summary>What learners promise besides that look at nothing but labelled rows: a row without a label leaves no trace.</summary>
public abstract class LabelsAloneContractTests : LearnerContractTests
{
    [Fact]
    public void Process_RowsWithoutLabels_ChangeNoOtherPrediction()
    {
        InstanceBlock rows = Draw();
        InstanceBlock withUnlabelled = new(rows.AttributeCount, 2 * Rows);
        for (int r = 0; r < Rows; r++)
        {
            withUnlabelled.Add(rows.Row((r * 7) % Rows), InstanceBlock.NoLabel);
            withUnlabelled.Add(rows.Row(r), rows.Labels[r]);
        }
        (int[] expected, byte[] state) = Run(rows, 512, threads: 1);

        (int[] found, byte[] foundState) = Run(withUnlabelled, 512, threads: 2);

        Assert.Equal(expected, found.Where((_, i) => i % 2 == 1));
        Assert.Equal(state, foundState);
    }
}
