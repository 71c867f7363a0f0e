#!/usr/bin/env python3
"""Tells of each variant of the suite what its object file shows: bytes of code, what compiling it takes
and the frames of its coroutines.

    bench/suite/objects.py build/llvm-22 llvm-size-22 --list FILE > figures.json

Of the WORKLOAD/VARIANT in the lines of FILE, as the suite lists them; compiles each as the build did, twice
more. What is not found there is left out.
"""
import argparse
import json
import os
import re
import resource
import shlex
import subprocess
import sys

# What the targets of CMakeLists.txt are called: WORKLOAD-this.
TARGETS = {
    "sequential": "sequential-layers", "group-prefetching": "group", "software-pipelined": "pipeline",
    "amac": "amac", "two-level": "two-level-layers", "nested-inlined": "inlined-layers",
    "nested-inlined-fused": "fused-layers", "nested-linked": "linked-layers",
    "nested-linked-stack": "stack-layers", "nested-linked-circular": "circular-layers",
    "cpp20-nested": "cpp20-pooled", "cpp20-nested-elided": "cpp20-elided",
    "cpp20-nested-elidable": "cpp20-elidable", "cpp20-flat": "cpp20-flat",
    "boost-fibers": "boost-layers",
}
# Two workloads may share their code.
SAME_CODE = {"join-uniform": "join", "join-zipf": "join", "group-by": "groupby",
             "chain": "hops", "btree-range": "range"}


def compilations(build):
    """By target."""
    known = subprocess.run(["ninja", "-C", build, "-t", "compdb"], check=True, capture_output=True,
                           text=True).stdout
    found = {}
    for entry in json.loads(known):
        target = re.search(r"/([^/]+)\.dir/[^/]+\.o$", entry["output"])
        if target:
            found[target[1]] = entry
    return found


def seconds(command, folder):
    """User time of one run, and what it told."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"objects.py: failed: {shlex.join(command)}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, done.stderr


def compile_command(entry):
    """Without a compiler cache in front, and without the build's files behind."""
    words = shlex.split(entry["command"])
    while not re.search(r"(clang|g\+\+|gcc)[^/]*$", words[0]):
        del words[0]
    for option in ["-o", "-MF", "-MT"]:
        if option in words:
            at = words.index(option)
            del words[at:at + 2]
    return [word for word in words if word != "-MD"] + ["-o", os.devnull]


def frames(told):
    """Of each coroutine that is left, the largest first. The plugin's remarks are about what is
    allocated, CoroSplit's are of all coroutines, and come before frames are packed."""
    ours = dict(re.findall(r"remark: '([^']+)': frame of (\d+) bytes", told))
    all_split = dict(re.findall(r"remark: Split '([^']+)' \(frame_size=(\d+)", told))
    return sorted((int(size) for size in {**all_split, **ours}.values()), reverse=True)


def figures(entry, size_tool):
    command, folder = compile_command(entry), entry["directory"]
    sections = subprocess.run([size_tool, "-A", os.path.join(folder, entry["output"])], check=True,
                              capture_output=True, text=True).stdout
    found = {"code_bytes": sum(int(size) for size in
                               re.findall(r"^\.text\S*\s+(\d+)", sections, re.MULTILINE)),
             "compile_seconds": seconds(command, folder)[0]}
    if "clang" in os.path.basename(command[0]):
        remarks = ["-Rpass=coro-split", "-Rpass-analysis=coro-inline"]
        found["frame_bytes"] = frames(seconds(command + remarks, folder)[1])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("size_tool", metavar="llvm-size")
    parser.add_argument("--list", metavar="FILE", required=True)
    arguments = parser.parse_args()
    with open(arguments.list, encoding="utf-8") as file:
        names = file.read().split()
    compiled, by_target, found = compilations(arguments.build), {}, {}
    for name in names:
        workload, variant = name.split("/")
        target = f"{SAME_CODE.get(workload, workload)}-{TARGETS.get(variant)}"
        if target not in compiled:
            continue
        if target not in by_target:
            by_target[target] = figures(compiled[target], arguments.size_tool)
        found[name] = by_target[target]
    json.dump(found, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
