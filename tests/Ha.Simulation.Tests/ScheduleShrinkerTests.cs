using Ha.InformationBase;
using Ha.Simulation.Faults;

namespace Ha.Simulation.Tests;

public sealed class ScheduleShrinkerTests
{
    [Theory]
    [InlineData(40, new[] { 7 })]
    [InlineData(40, new[] { 3, 4, 38 })]
    [InlineData(1, new[] { 0 })]
    [InlineData(13, new int[0])]
    public void What_is_not_needed_goes_and_the_rest_stays_in_order(int count, int[] needed)
    {
        var all = Enumerable.Range(0, count)
            .Select(number => new Fault(TimeSpan.FromSeconds(number), FaultKind.PowerLoss, 1, 0, number)).ToValueList();
        var kept = ScheduleShrinker.Shrink(
            all, fewer => needed.All(number => fewer.Any(fault => fault.Salt == number)));
        Assert.Equal(needed, kept.Select(fault => fault.Salt));
    }
}
