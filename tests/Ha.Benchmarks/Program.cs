using Ha.Benchmarks.Fuzz;
using Ha.Benchmarks.Speed;
using Ha.Benchmarks.Vrrp;

return args switch
{
    ["fuzz", .. var rest] => FuzzCommand.Run(rest),
    ["speed", .. var rest] => SpeedCommand.Run(rest),
    ["vrrp", .. var rest] => VrrpCommand.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: fuzz [--first SEED] [--count N] [--file CIB] [--out DIR] [--shrink]");
    Console.Error.WriteLine("       speed [--program PATH-OF-HA] [--runs N] [--up-to PRIMITIVES]");
    Console.Error.WriteLine("       vrrp [--count N]");
    return 64;
}
