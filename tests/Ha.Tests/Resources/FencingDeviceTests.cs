using Ha.Actors.Fencing;
using Ha.InformationBase;
using Ha.Resources.Fencing;

namespace Ha.Tests.Resources;

/// <summary>Which devices fence whom, in which order, how often and how late.</summary>
public sealed class FencingDeviceTests
{
    [Theory]
    // devices "id:parameter=value,...", levels "index:target:device+device", target, attempts
    [InlineData("a b", "", "n1", "a | b")]
    [InlineData("a:pcmk_host_list=n1 b:pcmk_host_list=n2", "", "n1", "a")]
    [InlineData("a:pcmk_host_list=n2;n1 b", "", "n1", "a | b")]
    [InlineData("a:pcmk_host_map=n1/7;n2/8", "", "n2", "a")]
    [InlineData("a:pcmk_host_map=n1/7", "", "n2", "")]
    [InlineData("a:pcmk_host_check=none,pcmk_host_list=n9", "", "n2", "a")]
    [InlineData("a:pcmk_host_check=static-list", "", "n2", "")]
    [InlineData("a:pcmk_host_check=dynamic-list", "", "n2", "a")]
    [InlineData("a b c", "1:n1:a 2:n1:b+c", "n1", "a | b+c")]
    [InlineData("a b c", "2:n1:a 1:n1:b+c", "n1", "b+c | a")]
    [InlineData("a b c", "1:n2:a", "n1", "a | b | c")]
    [InlineData("a b", "1:n1:a+gone 2:n1:b", "n1", "b")]
    [InlineData("a b", "1:n1:a+gone", "n1", "")]
    [InlineData("a b:off", "1:n1:a+b", "n1", "")]
    [InlineData("a b c", "1:~^n[12]$:a 2:~^n[12]$:b", "n2", "a | b")]
    [InlineData("a b c", "1:~^n:a 1:n2:b", "n2", "b")]
    [InlineData("a b c", "1:~(((:a", "n2", "a | b | c")]
    [InlineData("a b c", "1:@rack=7:c", "n2", "c")]
    [InlineData("a b c", "1:@rack=8:c", "n2", "a | b | c")]
    public void Levels_come_first_and_are_whole_or_none(
        string devices, string levels, string target, string expected) =>
        Assert.Equal(expected, string.Join(" | ", FencingDevices.Attempts(Parse(devices, levels), target)
            .Select(attempt => string.Join('+', attempt.Select(device => device.Id)))));

    [Theory]
    // answers in order (s: it succeeded, f: it failed), steps that were asked for, end
    [InlineData("a", "", "reboot", "s", "a.reboot", "succeeded a")]
    [InlineData("a", "", "reboot", "fs", "a.reboot a.reboot", "succeeded a")]
    [InlineData("a", "", "reboot", "ff", "a.reboot a.reboot", "failed a: no")]
    [InlineData("a:pcmk_reboot_retries=3", "", "reboot", "fff", "a.reboot a.reboot a.reboot", "failed a: no")]
    [InlineData("a:pcmk_reboot_retries=1", "", "reboot", "f", "a.reboot", "failed a: no")]
    [InlineData("a:pcmk_off_retries=1", "", "reboot", "fs", "a.reboot a.reboot", "succeeded a")]
    [InlineData("a b", "", "reboot", "ffs", "a.reboot a.reboot b.reboot", "succeeded b")]
    [InlineData("a b c", "1:n1:a+b 2:n1:c", "off", "ss", "a.off b.off", "succeeded a+b")]
    [InlineData("a b c", "1:n1:a+b 2:n1:c", "off", "sffs", "a.off b.off b.off c.off", "succeeded c")]
    [InlineData("a b", "1:n1:a+b", "reboot", "ssss", "a.off b.off a.on b.on", "succeeded a+b")]
    [InlineData("a b", "1:n1:a+b", "reboot", "ssff", "a.off b.off a.on b.on", "succeeded a+b")]
    [InlineData("a b", "1:n1:a+b", "reboot", "sff", "a.off b.off b.off", "failed b: no")]
    [InlineData("a:pcmk_host_list=n9", "", "reboot", "", "", "failed no fencing device can reach n1")]
    public void Steps_retries_and_levels(
        string devices, string levels, string action, string answers, string steps, string end)
    {
        var next = FencingMachine.Begin(FencingMachine.Plan(Parse(devices, levels), "n1", action));
        var asked = new List<string>();
        foreach (var answer in answers)
        {
            var step = Assert.IsType<FencingNext.Do>(next);
            asked.Add($"{step.Step.Device.Id}.{step.Step.Action}");
            next = FencingMachine.After(step.Progress, answer == 's', "no");
        }

        Assert.Equal(steps, string.Join(' ', asked));
        Assert.Equal(end, next switch
        {
            FencingNext.Succeeded succeeded => $"succeeded {succeeded.Devices}",
            FencingNext.Failed failed => $"failed {failed.Error}",
            _ => "goes on",
        });
    }

    [Theory]
    // base, greatest, random share in percent, milliseconds
    [InlineData("", "", 50, 0)]
    [InlineData("5", "", 50, 5000)]
    [InlineData("5s", "", 50, 5000)]
    [InlineData("500ms", "", 50, 500)]
    [InlineData("1min", "", 50, 60000)]
    [InlineData("", "10s", 50, 5000)]
    [InlineData("2s", "10s", 0, 2000)]
    [InlineData("2s", "10s", 100, 10000)]
    [InlineData("20s", "10s", 100, 20000)]
    [InlineData("n1:3s;n2:7s", "", 0, 3000)]
    [InlineData("n2:7s", "", 0, 0)]
    [InlineData("n1:3s", "13s", 50, 8000)]
    [InlineData("soon", "", 0, 0)]
    public void A_delay_is_the_base_and_a_random_part_up_to_the_greatest(
        string delay, string greatest, int share, int expectedMs) =>
        Assert.Equal(expectedMs, FencingDevices.DelayOf(
            ValueMap<string>.Of([new("pcmk_delay_base", delay), new("pcmk_delay_max", greatest)]), "n1", share / 100.0)
            .TotalMilliseconds);

    [Theory]
    [InlineData("pcmk_reboot_timeout=90s", "reboot", 90)]
    [InlineData("pcmk_reboot_timeout=90s", "off", 60)]
    [InlineData("pcmk_off_timeout=2min", "off", 120)]
    [InlineData("pcmk_off_timeout=never", "off", 60)]
    public void A_time_out_is_for_one_action(string parameter, string action, int expectedSeconds)
    {
        var pair = parameter.Split('=');
        Assert.Equal(
            TimeSpan.FromSeconds(expectedSeconds),
            FencingDevices.TimeoutOf(
                action, ValueMap<string>.Of([new(pair[0], pair[1])]), FencingDevices.DefaultTimeout));
    }

    private static Configuration Parse(string devices, string levels) => new()
    {
        Nodes =
        [
            new() { Name = "n1", Id = "1" },
            new() { Name = "n2", Id = "2", Attributes = [AttributeSet.Of("n2", [new NameValue("rack", "7")])] },
        ],
        Resources = devices.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(DeviceOf).ToValueList(),
        FencingLevels = levels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(LevelOf).ToValueList(),
    };

    private static Resource DeviceOf(string text)
    {
        var parts = text.Split(':', 2);
        var isOff = parts.Length > 1 && parts[1] == "off";
        return new Primitive
        {
            Id = parts[0],
            Agent = new AgentName("stonith", null, "fence_t"),
            Parameters =
            [
                AttributeSet.Of(parts[0], (parts.Length > 1 && !isOff ? parts[1].Split(',') : [])
                    .Select(pair => pair.Split('=', 2))
                    .Select(pair => new NameValue(pair[0], pair[1].Replace('/', ':')))),
            ],
            Meta = isOff ? [AttributeSet.Of("m", [new NameValue("target-role", "Stopped")])] : [],
        };
    }

    private static FencingLevel LevelOf(string text, int number)
    {
        var parts = text.Split(':');
        var level = new FencingLevel
        {
            Id = $"level-{number}",
            Index = int.Parse(parts[0]),
            Devices = parts[2].Split('+').ToValueList(),
        };
        return parts[1] switch
        {
            ['~', .. var pattern] => level with { TargetPattern = pattern },
            ['@', .. var attribute] => level with
            {
                TargetAttribute = attribute.Split('=')[0],
                TargetValue = attribute.Split('=')[1],
            },
            var name => level with { Target = name },
        };
    }
}
