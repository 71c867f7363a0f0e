#!/usr/bin/env python3
"""Measures a benchmark with its code in several places.

    bench/placements.py BUILD PROGRAM [--placements N] [--to ROW] [-- ARGUMENTS OF THE PROGRAM]

Where a loop lies relative to the lines that a processor fetches, and functions to each other, can make
more of a difference than what is measured (Mytkowicz et al., Producing wrong data without doing anything
obviously wrong, ASPLOS 2009); and no build is more right than another. So the program is linked several
times, its functions, aligned to 16 bytes, in another order at random each time (as in Curtsinger and
Berger, Stabilizer, ASPLOS 2013, where they even move while it runs), and each of these runs in turn. Of
each row of its tables, the median over the placements, and the ratio to ROW in the same run, or, of
CORO_GROUP_AUTO (--auto), to the best fixed size: its median, least and greatest. Needs lld. Exit status 1:
a program failed, or has no table.
"""
import argparse
import concurrent.futures
import os
import re
import shlex
import statistics
import subprocess
import sys

LOOSE = ["-falign-functions=16", "-ffunction-sections"]
TITLE = re.compile(r"(\S.*?), (CPU \S+)\s+median\s+lower q\.")
ROW = re.compile(r"  (\S.*?)\s{2,}([\d.]+)\s")
# Of --auto: a column for each fixed size, then the time with CORO_GROUP_AUTO, the size that it found, and
# its ratio to the best fixed one.
AUTO_TITLE = re.compile(r"(CPU ns per .*), by tasks in flight$")
AUTO_HEAD = re.compile(r" +((?:\d+ +)+)auto found +/best ")
AUTO = "CORO_GROUP_AUTO"


def fail(text):
    sys.exit(f"placements: {text}")


def run(command, **options):
    result = subprocess.run(command, text=True, capture_output=True, **options)
    if result.returncode:
        fail(f"{shlex.join(command)}: exit status {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def commands_of(build, program):
    """How ninja makes the program: its C files, and it of these."""
    text = run(["ninja", "-C", build, "-t", "commands", f"bench/{program}"])
    compiles, link = {}, None
    for line in text.splitlines():
        words = shlex.split(line)
        words = [word for word in words if word not in (":", "&&")]
        if "-o" not in words:
            continue
        output = words[words.index("-o") + 1]
        if output == f"bench/{program}":
            link = words
        elif "-c" in words and output.startswith("bench/"):
            compiles[output] = words
    if not link or not compiles:
        fail(f"{build} has no program {program}")
    return compiles, link


def with_output(words, output):
    words = list(words)
    words[words.index("-o") + 1] = output
    if "-MF" in words:
        words[words.index("-MF") + 1] = output + ".d"
    return words


def compile_loosely(build, words, output):
    os.makedirs(os.path.dirname(output), exist_ok=True)
    words = [word for word in words if not word.startswith("-falign-functions")]
    run(with_output(words, output) + LOOSE, cwd=build)


def link_all(build, program, count):
    """The paths of the programs."""
    folder = os.path.join(build, "bench", "placements", program)
    compiles, link = commands_of(build, program)
    objects = {output: os.path.join(folder, output) for output in compiles}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for job in [pool.submit(compile_loosely, build, words, objects[output])
                    for output, words in compiles.items()]:
            job.result()
    programs = []
    for seed in range(1, count + 1):
        programs.append(os.path.join(folder, f"{program}-{seed}"))
        words = [objects.get(word, word) for word in with_output(link, programs[-1])]
        run(words + ["-fuse-ld=lld", f"-Wl,--shuffle-sections=.text*={seed}"], cwd=build)
    return programs


def tables_of(text):
    """By title and unit: by row, the median, and what the program says of it as a ratio."""
    tables, rows, row_of, unit = {}, None, None, None
    for line in text.splitlines():
        title, auto, head = TITLE.match(line), AUTO_TITLE.match(line), AUTO_HEAD.match(line)
        if title:
            rows, row_of = tables.setdefault(title.groups(), {}), ROW
        elif auto:
            rows, unit = None, auto[1]
        elif unit and head:
            rows = tables.setdefault((AUTO, unit), {})
            row_of = re.compile(r"  (\S.*?) +(?:[\d.]+ +){%d}([\d.]+) +\d+ +([\d.]+) "
                                % len(head[1].split()))
        elif not line.strip():
            rows = None
        elif rows is not None and (row := row_of.match(line)):
            rows[row[1]] = [float(number) for number in row.groups()[1:]]
    return tables


def ratios_of(runs, row, base):
    if len(runs[0][row]) > 1:
        return [rows[row][1] for rows in runs]
    return [rows[row][0] / rows[base][0] for rows in runs]


def show(results, to):
    for title, unit in results[0]:
        runs = [tables[title, unit] for tables in results]
        base = to if to in runs[0] else next(iter(runs[0]))
        name = "best fixed size" if title == AUTO else base
        print(f"{title + ', ' + unit:<48}{'median':>9}   /{name}: median, least, greatest")
        for row in runs[0]:
            ratios = ratios_of(runs, row, base)
            print(f"  {row:<46}{statistics.median(rows[row][0] for rows in runs):9.1f}"
                  f"{statistics.median(ratios):11.3f}{min(ratios):8.3f}{max(ratios):8.3f}")
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build")
    parser.add_argument("program")
    parser.add_argument("--placements", type=int, default=8)
    parser.add_argument("--to", default="two-level by hand")
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    options, arguments = parser.parse_args(words[:end]), words[end + 1:]
    if not 1 <= options.placements <= 1000:
        fail("--placements takes 1 to 1000")
    results = []
    programs = link_all(os.path.abspath(options.build), options.program, options.placements)
    for number, program in enumerate(programs, 1):
        print(f"placement {number} of {len(programs)}", file=sys.stderr)
        results.append(tables_of(run([program] + arguments)))
        if not results[-1]:
            fail(f"{options.program} prints no table of the kind that is known here")
    show(results, options.to)


if __name__ == "__main__":
    main()
