#!/usr/bin/env python3
"""Tells what a processor does between two suspends, for each variant of the suite.

    bench/suite/anatomy.py build/llvm-22/bench/suite LLVM/bin [--filter REGEX] [--cpu NAME]

A hop goes from behind one prefetch to the next one: the rest of the suspend, the way to the next operation,
its resumption and its work up to its own prefetch. The suite runs few operations step by step; of all hops the
one is taken whose instructions are met most often. What is counted is exact; the cycles are llvm-mca's, for a
processor that it has a model of, where all is in the first-level cache and each branch is guessed right.
"""
import argparse
import array
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

REGISTERS = ("r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbp rbx rdx rax rcx rsp rip").split()
WORDS = len(REGISTERS)
HOPS = 100  # that llvm-mca lets follow each other
LINE = 64
MASK = 2 ** 64 - 1

Instruction = collections.namedtuple("Instruction", "mnemonic operands next")
Trace = collections.namedtuple("Trace", "name states base thread")
Region = collections.namedtuple("Region", "info summary")


def run(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"anatomy.py: {os.path.basename(command[0])}: {done.stderr.strip()}")
    return done.stdout


def disassemble(objdump, program):
    """The program's instructions by address."""
    lines = re.findall(r"^ *([0-9a-f]+):\s+(\S+)[ \t]*([^#<\n]*)",
                       run([objdump, "-d", "--no-show-raw-insn", program]), re.MULTILINE)
    addresses = [int(address, 16) for address, _, _ in lines]
    return {at: Instruction(mnemonic, operands.strip(), behind) for at, behind, (_, mnemonic, operands)
            in zip(addresses, [*addresses[1:], None], lines)}


def traces(path):
    with open(path, "rb") as file:
        while line := file.readline():
            name, count, base, thread = line.decode().split()
            words = array.array("Q", file.read(int(count) * WORDS * 8))
            states = [dict(zip(REGISTERS, words[k:k + WORDS])) for k in range(0, len(words), WORDS)]
            yield Trace(name, states, int(base), int(thread))


def is_prefetch(instruction):
    return instruction is not None and instruction.mnemonic.startswith("prefetch")


def hops_of(trace, code):
    """The states of each, but the first one's, with those of the hop before."""
    ends = [k for k, state in enumerate(trace.states) if is_prefetch(code.get(state["rip"] - trace.base))]
    hops = [trace.states[a + 1:b + 1] for a, b in zip(ends, ends[1:])]
    return list(zip(hops, hops[1:]))


def usual(hops):
    """The one whose instructions come most often, what was before it, and its share."""
    def path(hop):
        return tuple(state["rip"] for state in hop)
    often, count = collections.Counter(path(hop) for _, hop in hops).most_common(1)[0]
    before, hop = next(pair for pair in hops if path(pair[1]) == often)
    return hop, before, count / len(hops)


# ---- Memory --------------------------------------------------------------------------------------

NO_ACCESS = re.compile(r"lea|nop|prefetch|endbr")
SIZES = {"movups": 16, "movaps": 16, "movupd": 16, "movapd": 16, "movdqu": 16, "movdqa": 16, "movhps": 8,
         "movlps": 8, "movsd": 8, "movss": 4, "stmxcsr": 4, "ldmxcsr": 4, "fnstcw": 2, "fldcw": 2, "movd": 4,
         "pinsrw": 2}
OPERAND = re.compile(r"(?:%(fs):)?(-?0x[0-9a-f]+|-?\d+)?\((?:%(\w+))?(?:,\s*%(\w+)(?:,\s*(\d))?)?\)"
                     r"|%(fs):(-?0x[0-9a-f]+|-?\d+)")


def size_of(instruction):
    name = instruction.mnemonic
    if name in SIZES:
        return SIZES[name]
    if "%ymm" in instruction.operands:
        return 32
    if name[0] == "v" or re.match(r"p[a-z]*[^lq]$|xorps|andps|orps", name):
        return SIZES.get(name[1:], 16)
    if found := re.match(r"mov[sz]([bw])[wlq]|movs(l)q", name):
        return {"b": 1, "w": 2, "l": 4}[found[1] or found[2]]
    if name.startswith("set"):
        return 1
    if name.startswith(("call", "jmp")):
        return 8
    sizes = {"b": 1, "w": 2, "l": 4, "q": 8}
    if name[-1] not in sizes:
        sys.exit(f"anatomy.py: how many bytes does {name} {instruction.operands} access?")
    return sizes[name[-1]]


def accesses(instruction, state, base, thread):
    """The (address, bytes) of its memory operand, and of the stack where it needs that, too."""
    found = []
    operand = OPERAND.search(instruction.operands)
    if operand and not NO_ACCESS.match(instruction.mnemonic):
        fs, displacement, first, index, scale, fs_alone, alone = operand.groups()
        address = int(displacement or alone or "0", 0)
        if fs or fs_alone:
            address += thread
        if first:
            address += base + instruction.next if first == "rip" else state[first]
        if index:
            address += state[index] * int(scale or 1)
        found.append((address & MASK, size_of(instruction)))
    if re.match(r"push|call", instruction.mnemonic):
        found.append((state["rsp"] - 8, 8))
    if re.match(r"pop|ret", instruction.mnemonic):
        found.append((state["rsp"], 8))
    return found


# ---- What llvm-mca is told -------------------------------------------------------------------------


def as_modelled(instruction):
    """llvm-mca knows nothing of calls and returns: it gets what they do."""
    name, operands = instruction.mnemonic, instruction.operands
    if name.startswith("call"):
        return ["pushq %r11", f"jmp {operands}"]
    if name.startswith("ret"):
        return ["popq %r11", "jmpq *%r11"]
    return [f"{name} {operands}"]


def model(mca, cpu, regions, *options):
    """By name; a region is a list of lines."""
    text = "".join("\n".join([f"# LLVM-MCA-BEGIN {name}", *lines, "# LLVM-MCA-END", ""])
                   for name, lines in regions.items())
    told = run([mca, "-mtriple=x86_64", f"-mcpu={cpu}", "-json", *options], text)
    return {region["Name"]: Region(region["InstructionInfoView"]["InstructionList"], region["SummaryView"])
            for region in json.loads(told)["CodeRegions"]}


def cycles(region):
    return region.summary["TotalCycles"] / region.summary["Iterations"]


# ---- The table -------------------------------------------------------------------------------------

COLUMNS = [  # name, decimals
    ("share", 2), ("instr.", 0), ("uops", 0), ("loads", 0), ("stores", 0), ("forwarded", 0), ("bytes", 0),
    ("lines", 0), ("branches", 0), ("taken", 0), ("indirect", 0), ("returns", 0), ("resources", 1),
    ("in a row", 1), ("alone", 0)]
KEY = """  share      of the hops that execute these instructions
  forwarded  loads of what was stored in the same hop or in the one before
  bytes      of memory that are loaded or stored, in so many lines, but for those that were prefetched
  taken      branches that are; indirect: jumps and calls to where a register or memory says
  resources  cycles that the busiest unit, or dispatch, takes for a hop
  in a row   cycles of one of 100 hops that follow each other, where no load waits for a store
  alone      cycles of one hop, to its very end"""


def steps_of(states, trace, code):
    """With the instructions; None: they leave the program."""
    steps = [(state, code.get(state["rip"] - trace.base)) for state in states]
    return steps if all(instruction for _, instruction in steps) else None


def prefetched_lines(trace, code):
    return {address // LINE for state in trace.states
            if is_prefetch(instruction := code.get(state["rip"] - trace.base))
            for address, _ in accesses(instruction._replace(mnemonic="movq"), state, trace.base,
                                       trace.thread)}


def touched(steps, first, trace, prefetched, info):
    """Bytes and lines of memory, and the loads that are forwarded, from the step `first` on."""
    memory, stored, forwarded = set(), set(), 0
    for k, ((state, instruction), parts) in enumerate(zip(steps, info)):
        places = {byte for address, size in accesses(instruction, state, trace.base, trace.thread)
                  for byte in range(address, address + size)}
        if k >= first:
            memory |= {byte for byte in places if byte // LINE not in prefetched}
            forwarded += does(parts, "mayLoad") and bool(places & stored)
        if does(parts, "mayStore"):
            stored |= places
    return len(memory), len({byte // LINE for byte in memory}), forwarded


def branches(steps, base, behind):
    """All, those taken, indirect ones and returns. `behind`: where the last one leads."""
    places = [state["rip"] - base for state, _ in steps] + [behind]
    found = [(instruction, after != instruction.next) for (_, instruction), after in zip(steps, places[1:])
             if re.match(r"j|call|ret", instruction.mnemonic)]
    return (len(found), sum(taken for _, taken in found),
            sum(instruction.operands.startswith("*") for instruction, _ in found),
            sum(instruction.mnemonic.startswith("ret") for instruction, _ in found))


def by_instruction(steps, region):
    """What llvm-mca says of each, of which it has one or two. Nothing is loaded by a prefetch."""
    rest = iter(region.info)
    parts = [[next(rest) for _ in as_modelled(instruction)] for _, instruction in steps]
    return [[{**part, "mayLoad": False, "mayStore": False} for part in group] if is_prefetch(instruction)
            else group for group, (_, instruction) in zip(parts, steps)]


def does(parts, what):
    return any(part[what] for part in parts)


# Of a variant: the steps of a hop, those of the one before and its share.
Hop = collections.namedtuple("Hop", "steps before share trace prefetched")


def row(hop, before, free, alone):
    """`before` is what llvm-mca says of the hop before."""
    info = by_instruction(hop.steps, free)
    size, lines, forwarded = touched(hop.before + hop.steps, len(hop.before), hop.trace, hop.prefetched,
                                     by_instruction(hop.before, before) + info)
    uops = sum(part["NumMicroOpcodes"] for parts in info for part in parts)
    return [hop.share, len(hop.steps), uops, sum(does(parts, "mayLoad") for parts in info),
            sum(does(parts, "mayStore") for parts in info), forwarded, size, lines,
            *branches(hop.steps, hop.trace.base, hop.steps[-1][1].next),
            free.summary["BlockRThroughput"], cycles(free), cycles(alone)]


def lines_of(steps):
    return [line for _, instruction in steps for line in as_modelled(instruction)]


def table(program, tools, cpu, path):
    """Rows by name, and who has none."""
    code = disassemble(os.path.join(tools, "llvm-objdump"), program)
    chosen, absent = {}, []
    for trace in traces(path):
        hops = hops_of(trace, code)
        if not hops:
            continue
        hop, before, share = usual(hops)
        hop, before = (steps_of(states, trace, code) for states in [hop, before])
        if hop and before:
            chosen[trace.name] = Hop(hop, before, share, trace, prefetched_lines(trace, code))
        else:
            absent.append(trace.name)
    if not chosen:
        return {}, absent
    hops = {name: lines_of(hop.steps) for name, hop in chosen.items()}
    befores = {name: lines_of(hop.before) for name, hop in chosen.items()}
    mca = os.path.join(tools, "llvm-mca")
    ways = [model(mca, cpu, befores, "-iterations=1"), model(mca, cpu, hops, f"-iterations={HOPS}"),
            model(mca, cpu, hops, "-iterations=1")]
    return {name: row(hop, *(way[name] for way in ways)) for name, hop in chosen.items()}, absent


def show(rows, absent, cpu):
    width = max([len(name) for name in [*rows, *absent]] + [1])
    print(f"a hop, from one prefetch to the next; cycles: llvm-mca's model of {cpu}\n")
    print(" " * width + "".join(f" {name:>9}" for name, _ in COLUMNS))
    for name, values in rows.items():
        print(f"{name:{width}}" + "".join(f" {value:9.{decimals}f}"
                                         for value, (_, decimals) in zip(values, COLUMNS)))
    for name in absent:
        print(f"{name:{width}} n/a: leaves the program")
    print(KEY)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite")
    parser.add_argument("tools", metavar="LLVM/bin")
    parser.add_argument("--filter", metavar="REGEX", default="^bst/", help="of WORKLOAD/VARIANT (^bst/)")
    parser.add_argument("--cpu", metavar="NAME", default="sapphirerapids", help="as in -mcpu (sapphirerapids)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace")
        run([arguments.suite, "--trace", path, "--filter", arguments.filter, "--mib", "1", "--operations", "64"])
        show(*table(arguments.suite, arguments.tools, arguments.cpu, path), arguments.cpu)


if __name__ == "__main__":
    main()
