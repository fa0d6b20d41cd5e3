using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Tests.Rules;

/// <summary>Which block's value wins.</summary>
public sealed class AttributeSetsTests
{
    [Theory]
    [InlineData("a=1 a=2", "a=2")]                          // among equals the last written
    [InlineData("a=1@5 a=2", "a=1")]                        // the higher score
    [InlineData("a=1 a=2@INFINITY a=3@10", "a=2")]
    [InlineData("a=1@-5 b=2", "a=1 b=2")]                   // a lower one still adds what is missing
    [InlineData("a=1@5? a=2", "a=2")]                       // a block whose rule does not hold is not there
    [InlineData("a=1@5 first:a=2@-5", "a=2")]               // the named block comes before all
    [InlineData("a=#default a=2@5", "")]                    // an old word that takes a value away
    public void Blocks_have_an_order(string blocks, string expected)
    {
        var sets = blocks.Split(' ').Select(SetOf).ToValueList();
        var values = AttributeSets.Unpack(sets, new RuleInput { Now = 0 }, out _, "first");
        Assert.Equal(expected, string.Join(' ', values.Select(item => $"{item.Key}={item.Value.Value}")));
    }

    [Fact]
    public void The_first_of_two_values_in_one_block_holds()
    {
        var set = AttributeSet.Of("s", [new NameValue("a", "1"), new NameValue("a", "2"), new NameValue("b", null)]);
        var values = AttributeSets.Unpack([set], new RuleInput { Now = 0 }, out _);
        Assert.Equal("a=1", string.Join(' ', values.Select(item => $"{item.Key}={item.Value.Value}")));
    }

    [Fact]
    public void Transient_values_replace_permanent_ones()
    {
        var table = new AttributeTable();
        table.Add([SetOf("a=1@INFINITY"), SetOf("b=1")], new RuleInput { Now = 0 });
        table.Overwrite([SetOf("a=2"), SetOf("c=3")], new RuleInput { Now = 0 });
        Assert.Equal("a=2 b=1 c=3", string.Join(' ', table.ToTextMap().Select(item => $"{item.Key}={item.Value}")));
    }

    [Fact]
    public void The_earliest_change_of_all_rules_is_told()
    {
        var later = SetOf("a=1") with { Rule = RuleEvaluatorTests.RuleOf(Until("1970-01-02")) };
        var sooner = SetOf("a=2@-5") with { Rule = RuleEvaluatorTests.RuleOf(Until("1970-01-01T00:01:00Z")) };
        AttributeSets.Unpack([later, sooner], new RuleInput { Now = 0 }, out var changesAt);
        Assert.Equal(60, changesAt);

        static string Until(string end) => $"<date_expression id='d' operation='lt' end='{end}'/>";
    }

    // [ID:]NAME=VALUE[@SCORE][?], where ? stands for a rule that never holds.
    private static AttributeSet SetOf(string text)
    {
        var isNever = text.EndsWith('?');
        var parts = text.TrimEnd('?').Split('@');
        var id = parts[0].Contains(':') ? parts[0].Split(':')[0] : "";
        var pair = parts[0].Split(':')[^1].Split('=');
        Assert.True(Score.TryParse(parts.Length > 1 ? parts[1] : "0", out var score));
        return AttributeSet.Of(id, [new NameValue(pair[0], pair[1])]) with
        {
            Score = score,
            Rule = isNever ? new Rule { IsOr = true } : null,
        };
    }
}
