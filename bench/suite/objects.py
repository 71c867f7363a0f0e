#!/usr/bin/env python3
"""Tells of each variant of the suite what its object file shows: bytes of code, what compiling it takes
and the frames of its coroutines.

    bench/suite/objects.py build/llvm-22 llvm-size-22 --list FILE > figures.json

Of the WORKLOAD/VARIANT in the lines of FILE, as the suite lists them; compiles each as the build did, twice
more. What is not found there is left out. A workload in Rust is compiled as a crate of its own, with both of
its variants in it: the seconds are those of both.
"""
import argparse
import ctypes
import json
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile

# What the targets of CMakeLists.txt are called: WORKLOAD-this.
TARGETS = {
    "sequential": "sequential-layers", "group-prefetching": "group", "software-pipelined": "pipeline",
    "amac": "amac", "two-level": "two-level-layers", "nested-inlined": "inlined-layers",
    "nested-inlined-fused": "fused-layers", "nested-linked": "linked-layers",
    "nested-linked-stack": "stack-layers", "nested-linked-circular": "circular-layers",
    "cpp20-nested": "cpp20-pooled", "cpp20-nested-elided": "cpp20-elided",
    "cpp20-nested-elidable": "cpp20-elidable", "cpp20-flat": "cpp20-flat",
    "boost-fibers": "boost-layers", "ucontext-fibers": "ucontext-layers",
    "cpp20-gcc-nested": "gcc-pooled", "cpp20-gcc-flat": "gcc-flat",
}
RUST = {"rust-nested": "nested", "rust-flat": "flat"}
# Two workloads may share their code.
SAME_CODE = {"join-uniform": "join", "join-zipf": "join", "group-by": "groupby",
             "chain": "hops", "btree-range": "range"}


def compilations(build):
    """By target."""
    known = subprocess.run(["ninja", "-C", build, "-t", "compdb"], check=True, capture_output=True,
                           text=True).stdout
    found = {}
    for entry in json.loads(known):
        target = re.search(r"/([^/]+)(\.dir/[^/]+\.o|\.o|\.a)$", entry["output"])
        if target and entry["command"]:
            found[target[1]] = entry
    return found


def seconds(command, folder):
    """User time of one run, and what it told."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"objects.py: failed: {shlex.join(command)}\n{done.stderr}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, done.stderr


def compile_command(entry):
    """Without what comes before and behind, as a compiler cache, and without the build's files."""
    words = shlex.split(entry["command"])
    while not re.search(r"(clang|g\+\+|gcc|rustc)[^/]*$", words[0]):
        del words[0]
    if "&&" in words:
        del words[words.index("&&"):]
    for option in ["-o", "-MF", "-MT"]:
        if option in words:
            at = words.index(option)
            del words[at:at + 2]
    return [word for word in words if word != "-MD"]


def frames(told):
    """Of each coroutine that is left, the largest first. The plugin's remarks are about what is
    allocated, CoroSplit's are of all coroutines, and come before frames are packed."""
    ours = dict(re.findall(r"remark: '([^']+)': frame of (\d+) bytes", told))
    all_split = dict(re.findall(r"remark: Split '([^']+)' \(frame_size=(\d+)", told))
    return sorted((int(size) for size in {**all_split, **ours}.values()), reverse=True)


def gcc_frames(command, folder, dwarfdump):
    """The same of g++, which tells of a frame by its type, for debuggers."""
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "frames.o")
        seconds([*command, "-g", "-o", path], folder)
        told = output_of([dwarfdump, path])
    sizes = re.findall(r'DW_AT_name\s*\("\S+\.Frame"\)\s*DW_AT_byte_size\s*\((\w+)\)', told)
    return sorted((int(size, 0) for size in sizes), reverse=True)


def output_of(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def code_bytes(entry, size_tool, section):
    sections = output_of([size_tool, "-A", os.path.join(entry["directory"], entry["output"])])
    return sum(int(size) for size in re.findall(rf"^{section}\s+(\d+)", sections, re.MULTILINE))


def figures(entry, size_tool):
    command, folder = compile_command(entry), entry["directory"]
    found = {"code_bytes": code_bytes(entry, size_tool, r"\.text\S*"),
             "compile_seconds": seconds([*command, "-o", os.devnull], folder)[0]}
    if "clang" in os.path.basename(command[0]):
        remarks = ["-Rpass=coro-split", "-Rpass-analysis=coro-inline", "-o", os.devnull]
        found["frame_bytes"] = frames(seconds(command + remarks, folder)[1])
    else:
        found["frame_bytes"] = gcc_frames(command, folder, size_tool.replace("llvm-size", "llvm-dwarfdump"))
    return found


class Rust:
    """The variants in Rust, which share an object."""

    def __init__(self, entry, scratch):
        self.entry, self.scratch = entry, scratch
        self.command = compile_command(entry)
        self.root = self.command.pop()
        self.times = {}
        path = os.path.join(scratch, "frames.so")
        seconds([*self.command, "--crate-type", "cdylib", "--cfg", "frames", "-o", path, self.root], scratch)
        self.frames = ctypes.CDLL(path)

    def modules(self, name):
        """That one, and those that it uses."""
        found, more = set(), {name}
        while more:
            found |= more
            used = set()
            for each in more:
                with open(os.path.join(os.path.dirname(self.root), each + ".rs"), encoding="utf-8") as file:
                    used |= set(re.findall(r"\bcrate::(\w+_rust)\b", file.read()))
            more = used - found
        return found

    def seconds(self, workload):
        """Of a crate without the other workloads."""
        if workload not in self.times:
            folder, path = os.path.dirname(self.root), os.path.join(self.scratch, "one.rs")
            with open(self.root, encoding="utf-8") as file:
                needed = "|".join(self.modules(workload + "_rust"))
                text = re.sub(rf"^mod (?!({needed}|interleave);)\w+;\n", "", file.read(), flags=re.MULTILINE)
            text = re.sub(r"^mod (\w+_rust);", r'#[path = "\1.rs"] mod \1;', text, flags=re.MULTILINE)
            with open(path, "w", encoding="utf-8") as file:
                file.write(re.sub(r'path = "', f'path = "{folder}/', text))
            self.times[workload] = seconds([*self.command, "-o", path + ".a", path], self.scratch)[0]
        return self.times[workload]

    def figures(self, workload, variant, size_tool):
        name = f"{workload}_rust_{RUST[variant]}"
        frame = getattr(self.frames, name)
        frame.restype, frame.argtypes = ctypes.c_uint64, [ctypes.c_void_p]
        structure = ctypes.create_string_buffer(4096)
        job = (ctypes.c_void_p * 4)(ctypes.addressof(structure))
        size = frame(job)  # 0: that depends on the data
        return {"code_bytes": code_bytes(self.entry, size_tool, rf"\.text\.{name}"),
                "compile_seconds": self.seconds(workload), "frame_bytes": [size] if size else []}


def all_figures(names, compiled, size_tool, scratch):
    by_target, found, rust = {}, {}, None
    for name in names:
        workload, variant = name.split("/")
        workload = SAME_CODE.get(workload, workload)
        target = f"{workload}-{TARGETS.get(variant)}"
        if variant in RUST and "libpeers" in compiled:
            rust = rust or Rust(compiled["libpeers"], scratch)
            found[name] = rust.figures(workload, variant, size_tool)
        if target not in compiled:
            continue
        if target not in by_target:
            by_target[target] = figures(compiled[target], size_tool)
        found[name] = by_target[target]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("size_tool", metavar="llvm-size")
    parser.add_argument("--list", metavar="FILE", required=True)
    arguments = parser.parse_args()
    with open(arguments.list, encoding="utf-8") as file:
        names = file.read().splitlines()
    compiled = compilations(arguments.build)
    with tempfile.TemporaryDirectory() as scratch:
        json.dump(all_figures(names, compiled, arguments.size_tool, scratch), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
