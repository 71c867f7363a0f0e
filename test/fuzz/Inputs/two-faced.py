#!/usr/bin/env python3
"""A generator of programs. The one of index 1 goes wrong with the plugin, in a way that the seed, in
millions, says."""
import argparse

WRONG = {
    "differs": "fuzz_note(4, coro_run(sum(3)) + IS_WRONG);",
    "crashes": "fuzz_note(4, coro_run(sum(3))); if (IS_WRONG) __builtin_trap();",
    "leaks": "coro_task(int) t = sum(3); if (!IS_WRONG) coro_destroy(t);",
    "compiler": "COMPILE_ERROR;",
    "nothing": "fuzz_note(4, coro_run(sum(3)));",
}

parser = argparse.ArgumentParser()
for option in ("seed", "count", "parts", "only"):
    parser.add_argument("--" + option, type=int)
parser.add_argument("--size")
parser.add_argument("--failing", action="store_true")
options = parser.parse_args()
kind = sorted(WRONG)[options.seed // 1000000]

print("""#include "fuzz.h"
#if defined(FUZZ_ORACLE)
#define IS_WRONG 0
#define COMPILE_ERROR
#else
#define IS_WRONG 1
#define COMPILE_ERROR no_such_function_at_all()
#endif
#if !defined(FUZZ_PART) || FUZZ_PART == 0
static unsigned long useless;
COROUTINE1(static, int, step, int, n)
{
    coro_begin(int);
    useless += n;
    coro_suspend();
    coro_return(n + 1);
}
COROUTINE1(static, int, sum, int, n)
{
    coro_begin(int);
    int total = 0;
    for (int i = 0; i < n; i++)
        total += coro_await(step(i));
    coro_return(total);
}""")
programs = range(options.count) if options.only is None else [options.only]
for index in programs:
    wrong = "" if options.failing else WRONG[kind if index == 1 else "nothing"]
    print("static void program_%d(void)\n{\n    fuzz_note(1, 1);\n    useless++;\n    %s\n}"
          % (index, wrong))
print("int main(int argc, char **argv)\n{\n    fuzz_main(argc, argv);")
for index in programs:
    print("    fuzz_program(%d, program_%d, 1);" % (index, index))
print("    return 0;\n}\n#else\nstatic int nothing __attribute__((unused));\n#endif")
