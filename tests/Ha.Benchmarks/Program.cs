using Ha.Benchmarks.Fuzz;

return args switch
{
    ["fuzz", .. var rest] => FuzzCommand.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: fuzz [--first SEED] [--count N] [--out DIR] [--shrink]");
    return 64;
}
