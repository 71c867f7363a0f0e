#!/usr/bin/env python3
"""Compiles generated programs of growing size with the plugin: what compiling costs against the code
that comes out.

    bench/growth.py clang-22 build/llvm-22/coroinline.cfg build/llvm-22/bench/growth [--callgrind]

Leaves sources, objects and growth.svg, where there is gnuplot, in the folder named last.
"""
import os
import re
import shutil
import subprocess
import sys

RUNS = 11
TARGET = 1.5


# ---- The programs --------------------------------------------------------------------------------

def coroutine(name, body):
    lines = "".join(f"    {line};\n" for line in ["coro_begin(int)", *body])
    return f"static coro_task(int) {name}(int x)\n{{\n{lines}}}\n"


def program(coroutines, steps):
    """Every step is a function elsewhere, so that no two pieces of code are the same."""
    declared = "".join(f"int step{k}(int x);\n" for k in range(steps))
    return (f"#include <coroinline/coro.h>\n{declared}{''.join(coroutines)}"
            "int run(int x)\n{\n    return coro_run(f0(x));\n}\n")


def leaf(name, step):
    return coroutine(name, ["coro_suspend()", f"coro_return(step{step}(x))"])


def chain(n):
    layers = [coroutine(f"f{k}", [f"x = coro_await(f{k + 1}(x))", f"coro_return(step{k}(x))"])
              for k in reversed(range(n))]
    return program([leaf(f"f{n}", n)] + layers, n + 1)


def awaits(n):
    body = [f"x = step{k}(coro_await(f1(x)))" for k in range(n)] + ["coro_return(x)"]
    return program([leaf("f1", n), coroutine("f0", body)], n + 1)


def fan_out(n):
    levels = [coroutine(f"f{k}", [f"x = coro_await(f{k + 1}(x))", f"x += coro_await(f{k + 1}(x))",
                                  f"coro_return(step{k}(x))"]) for k in reversed(range(n))]
    return program([leaf(f"f{n}", n)] + levels, n + 1)


# What it is, the sizes, and the one of them that the largest is judged by.
FAMILIES = [
    ("chain", "a chain of N awaits", chain, [1, 2, 4, 8, 16, 32, 64, 128], 16),
    ("awaits", "one coroutine with N awaits", awaits, [1, 4, 16, 50, 100, 200, 300, 400], 16),
    ("fan-out", "N levels that await the next one twice", fan_out, [1, 2, 4, 8, 12, 16, 20], 8),
]


# ---- Measuring -----------------------------------------------------------------------------------

def run(command, **arguments):
    return subprocess.run(command, check=True, capture_output=True, text=True, **arguments)


def user_ms(command):
    """Of one run, children included."""
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{sys.argv[0]}: failed: {' '.join(command)}")
    return usage.ru_utime * 1e3


def by_time(command):
    return min(user_ms(command) for _ in range(RUNS))  # what disturbs only adds


def perf_count(command):
    answer = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", *command], text=True,
                            capture_output=True)
    count = re.search(r"^(\d+),", answer.stderr, re.MULTILINE)
    return int(count[1]) / 1e6 if answer.returncode == 0 and count else None


def callgrind_count(command):
    answer = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command])
    return int(re.search(r"Collected : (\d+)", answer.stderr)[1]) / 1e6


def choose_measure(callgrind):
    """A function of a command, its unit, and how to tell the reader."""
    if callgrind:
        if not shutil.which("valgrind"):
            sys.exit(f"{sys.argv[0]}: --callgrind takes valgrind, which is not here")
        return callgrind_count, "M instr.", "instructions, counted by callgrind"
    if shutil.which("perf") and perf_count(["true"]):
        return perf_count, "M instr.", "instructions in user mode, counted by the processor"
    return by_time, "ms", f"user CPU time, the least of {RUNS}: no hardware counter here"


def text_bytes(size_tool, path):
    sections = run([size_tool, "-A", path]).stdout
    return sum(int(size) for size in re.findall(r"^\.text\S*\s+(\d+)", sections, re.MULTILINE))


# ---- The report ----------------------------------------------------------------------------------

def measure_family(name, source_of, sizes, compile_command, measure, size_tool, folder):
    rows = []
    for n in sizes:
        source = os.path.join(folder, f"{name}-{n}.c")
        object_file = source[:-1] + "o"
        with open(source, "w") as file:
            file.write(source_of(n))
        cost = measure([*compile_command, "-c", source, "-o", object_file])
        rows.append((n, cost, text_bytes(size_tool, object_file)))
    return rows


def cost_per_kib(row, base):
    """What a program takes above the smallest one, by what comes out above that one's."""
    return (row[1] - base[1]) / (row[2] - base[2]) * 1024


def report(what, rows, reference, unit):
    print(f"\n{what:40}{'N':>6}{unit:>10}{'.text bytes':>13}{unit + ' / KiB':>16}")
    for row in rows:
        cost = f"{cost_per_kib(row, rows[0]):16.1f}" if row[0] >= reference else ""
        print(f"{'':40}{row[0]:6}{row[1]:10.1f}{row[2]:13}{cost}")
    at = {row[0]: cost_per_kib(row, rows[0]) for row in rows[1:]}
    ratio = at[rows[-1][0]] / at[reference]
    print(f"cost of a byte, N = {rows[-1][0]} / N = {reference}: {ratio:.2f} (target {TARGET}): "
          f"{'met' if ratio <= TARGET else 'MISSED'}")


def plot(results, unit, folder):
    if not shutil.which("gnuplot"):
        print("\nno gnuplot here, no plot")
        return
    path = os.path.join(folder, "growth.svg")
    script = [f"set terminal svg size {420 * len(results)},420 background 'white'",
              f"set output '{path}'", f"set multiplot layout 1,{len(results)}",
              "set key top left", "set xlabel 'N'", "set ytics nomirror", "set y2tics",
              f"set ylabel '{unit}'", "set y2label 'bytes of .text'",
              "set yrange [0:*]", "set y2range [0:*]"]
    for what, rows in results:
        script += ["$data << EOD", *(" ".join(map(str, row)) for row in rows), "EOD",
                   f"set title '{what}'",
                   "plot $data using 1:2 with linespoints title 'cost of compiling', "
                   "$data using 1:3 axes x1y2 with linespoints title 'code'"]
    run(["gnuplot"], input="\n".join(script) + "\n")
    print(f"\nplot: {path}")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--callgrind"]
    if len(arguments) != 3:
        sys.exit(__doc__)
    clang, config, folder = arguments
    os.makedirs(folder, exist_ok=True)
    size_tool = os.path.join(os.path.dirname(os.path.realpath(shutil.which(clang))), "llvm-size")
    measure, unit, how = choose_measure("--callgrind" in sys.argv)
    print(f"growth: {clang} -O2 -c, {how};\n"
          f"        {unit} / KiB: what is above the program of N = 1, by its .text above that one's")
    results = []
    for name, what, source_of, sizes, reference in FAMILIES:
        rows = measure_family(name, source_of, sizes, [clang, f"--config={config}", "-O2"], measure,
                              size_tool, folder)
        report(what, rows, reference, unit)
        results.append((what, rows))
    plot(results, unit, folder)


if __name__ == "__main__":
    main()
