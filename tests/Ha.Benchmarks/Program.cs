using Ha.Benchmarks.Fuzz;
using Ha.Benchmarks.Speed;
using Ha.Benchmarks.Vrrp;

return args switch
{
    ["fuzz", .. var rest] => FuzzCommand.Run(rest),
    ["properties", .. var rest] => PropertyCommand.Run(rest),
    ["mutations", .. var rest] => MutationCommand.Run(rest),
    ["speed", .. var rest] => SpeedCommand.Run(rest),
    ["vrrp", .. var rest] => VrrpCommand.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: fuzz [--first SEED] [--count N] [--file CIB] [--out DIR] [--shrink]");
    Console.Error.WriteLine("       properties [--first SEED] [--count N]");
    Console.Error.WriteLine("       mutations [--first SEED] [--count N]");
    Console.Error.WriteLine("       speed [--program PATH-OF-HA] [--runs N] [--from PRIMITIVES] [--up-to PRIMITIVES] "
        + "[--stages]");
    Console.Error.WriteLine("       vrrp [--count N]");
    return 64;
}
