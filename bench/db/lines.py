#!/usr/bin/env python3
"""How many more lines the databases have for being coroutines.

    lines.py [--diff SYSTEM[:FUNCTION]]... [--limit PERCENT] [--sequential DIRECTORY]

Makes of each system the plain sequential program that it would be, and compares. What goes:

  - coro_begin, coro_suspend and coro_prefetch..., with the `if` that asks for nothing else, and the
    braces that are left around one statement; coro_declare, CORO_INLINE, CORO_NOINLINE and coro.h;
  - what a comment marks that begins with [interleaved]: the line in which it ends, or, if it stands
    alone, the statement or definition behind it; and calls of functions that go so; where
    the call is a value, its argument.

And coro_task(T), coro_await(x), coro_return(x), coro_run(x) become T, x, return x and x, and
coro_interleave a loop. clang-format lays the rest out: so a line that is broken for being longer
counts as an added one. Comments and blank lines are lines.

--diff shows what turns the sequential program, or one of its functions, into the layered one;
--limit: the exit status is 1 if a system has more per cent of added lines; --sequential leaves the
sequential programs in a directory, for whoever wants to compile them. YCSB is not a system, but
what is done to one: it has no limit. Needs clang-format-22.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# What a system's layers are compiled from, without what it has from others, and without the
# programs that run it.
SYSTEMS = {
    "Masstree": ["masstree.h", "masstree_node.h", "masstree_node.c", "masstree_layers.h"],
    "Bw-tree": ["bwtree.h", "bwtree_node.h", "bwtree_node.c", "bwtree_layers.h"],
    "store": ["store.h", "store_record.h", "store.c", "store_record.c", "store_log.c",
              "store_layers.h"],
    "TPC-C": ["tpcc.h", "tpcc_steps.h", "tpcc_layers.c", "tpcc_version.inc"],
}
# Little else than coroutines: no system, and not limited.
LOADS = {"YCSB": ["ycsb.h", "ycsb_steps.h", "ycsb_layers.c", "ycsb_version.inc"]}
# What several of them have, and no sequential one: all of it is added.
SHARED = ["gates.h", "gates_layers.h"]
# What makes sure that a sequential program is right.
CHECKS = {"TPC-C": ["tpcc_check.c"]}
MARK = "[interleaved]"
LOOP_ENDS = "\0"
COMMENT = r"/\*.*?\*/"


def read(name):
    with open(os.path.join(HERE, name)) as file:
        return file.read()


def stop(what):
    sys.exit("lines.py: " + what)


def end_of_parentheses(text, at):
    """Behind the closing one of those that open at `at`."""
    depth = 0
    while True:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at


def end_of_item(text, at):
    """Behind the directive, statement, declaration or definition that begins at `at`."""
    if text[at] == "#":
        return text.index("\n", at)
    depth = 0
    while True:
        comment = re.compile(COMMENT, re.S).match(text, at)
        if comment:
            at = comment.end()
            continue
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[at], 0)
        at += 1
        if depth == 0 and (text[at - 1] == ";" or
                           text[at - 1] == "}" and not re.match(r"\s*(;|else\b)", text[at:])):
            return at


def function_names(text):
    """Of those that are defined there."""
    return re.findall(r"(?m)^[A-Za-z][^;={}#\n]*?\b(\w+)\((?=[^(){}]*\)\s*\{)",
                      re.sub(r"coro_task\(\w+\)", "", text))


def drop_marked(text, where):
    """Also gives the names of the functions that are dropped."""
    names = []
    while True:
        begin = text.find("/* " + MARK)
        if begin < 0:
            return text, names
        line = text.rindex("\n", 0, begin) + 1
        end = text.index("*/", begin) + 2
        before = text[line:begin].strip()
        if before:
            if before[-1] not in ";,>\"":
                stop("%s: %s marks a part of a statement: %s" % (where, MARK, before))
            text = text[:line] + text[text.index("\n", end) + 1:]
            continue
        item = re.compile(r"\s*").match(text, end).end()
        end = end_of_item(text, item)
        names += function_names(text[item:end])
        text = text[:line] + text[text.index("\n", end) + 1:]


def drop_calls(text, pattern):
    """Takes out statements that are a call, and what is then about nothing."""
    call = re.compile(r"(?m)^( *)(?=(coro_await\()?(%s)\()" % pattern)
    while True:
        found = call.search(text)
        if not found:
            return text
        begin, end = found.start(), end_of_item(text, found.end())
        while True:
            before = text[:begin].rstrip()
            line = text.rindex("\n", 0, begin - 1) + 1
            asks = re.match(r" *if \(", text[line:begin])
            if re.match(r" *else\n$", text[line:begin]):
                begin = line
            elif asks and end_of_parentheses(text, line + asks.end() - 1) == len(before):
                if re.match(r"\s*else\b", text[end:]):
                    stop("an else is left: " + text[line:end])
                begin = line
            else:
                break
        if re.search(r"(?m)^ *(for|while) \(.*\)$\Z", before):
            text = text[:begin] + found.group(1) + ";" + text[end:]
            continue
        text = text[:begin] + text[text.index("\n", end) + 1:]
        # A loop's braces around one statement.
        head, body = re.search(r"(?s)(.*\) )\{\n\Z", text[:begin]), None
        if not head:
            head = re.search(r"(?s)(.*\n *(?:for|while) \([^\n]*\) )\{\n([^\n]*;\n)\Z", text[:begin])
            body = head and head.group(2)
        if body and re.match(r" *\}\n", text[begin:]):
            text = head.group(1).rstrip() + "\n" + body + text[text.index("\n", begin) + 1:]


def replace_calls(text, name, by):
    while True:
        found = re.search(r"\b%s\(" % name, text)
        if not found:
            return text
        end = end_of_parentheses(text, found.end() - 1)
        text = text[:found.start()] + by(text[found.end():end - 1]) + text[end:]


def loop(arguments):
    """Of coro_interleave(group, n, i, start, v, { sink })."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(arguments):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0 and len(parts) < 5:
            parts.append(arguments[begin:at].strip())
            begin = at + 1
    _, count, i, start, v = parts
    sink = arguments[begin:].strip()
    sink, times = re.subn(r"\b%s\b" % v, start.replace("\\", r"\\"), sink[1:-1].strip())
    if times != 1:
        stop("%s stands more than once in what becomes of a task" % v)
    return "for (size_t %s = 0; %s < %s; %s++) %s" % (i, i, count, i, sink) + LOOP_ENDS


def lay_out(text, name):
    done = subprocess.run(["clang-format-22", "--style=file",
                           "--assume-filename=" + os.path.join(HERE, name + ".c")],
                          input=text, stdout=subprocess.PIPE, universal_newlines=True)
    if done.returncode != 0:
        stop("clang-format-22 failed")
    return done.stdout


def prepare(text, name):
    """Without what is there for the coroutines alone, but for calls; and the functions of that."""
    # What the sequential version alone has is there.
    text = re.sub(r"(?s)#ifdef SEQUENTIAL\n(.*?)(#else\n.*?)?#endif\n", r"\1", text)
    text = re.sub(r'(?m)^#include ("layers\.h"|<coroinline/coro\.h>)\n', "", text)
    text = re.sub(r"(?m)^coro_declare\(\w+\);\n", "", text)
    return drop_marked(text, name)


def make_sequential(text, name, dropped):
    """`dropped`: functions that there are not."""
    text = drop_calls(prepare(text, name)[0],
                      "|".join([r"coro_begin|coro_suspend|coro_prefetch\w*"] + dropped))
    for function in dropped:
        text = replace_calls(text, function, lambda argument: argument)
    text = re.sub(r"(?m)^ *coro_return\(\);\n(?=\})", "", text)
    text = replace_calls(text, "coro_return", lambda value: "return " + value)
    text = replace_calls(text, "coro_interleave", loop).replace(LOOP_ENDS + ";", "")
    for word in ["coro_task", "coro_await", "coro_run"]:
        text = replace_calls(text, word, lambda inner: inner)
    text = lay_out(re.sub(r"\bCORO_(NO)?INLINE ", "", text), name)
    left = re.search(r"\bcoro_\w+\(", re.sub(COMMENT, "", text, flags=re.S))
    if left:
        stop("%s: %s is left" % (name, left.group()))
    return text


def function_of(text, name):
    """The definition of a function, with its comment."""
    found = re.search(r"(?ms)^(/\*(?:(?!\*/).)*\*/\n)?[A-Za-z][^;{}#]*?\b%s\([^;{}]*\)\n\{.*?^\}\n"
                      % re.escape(name), text)
    return found.group() if found else ""


def diff(before, after, name):
    """Lines of a unified diff."""
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, side) for side in ["before", "after"]]
        for path, text in zip(paths, [before, after]):
            with open(path, "w") as file:
                file.write(text)
        labels = ["--label=sequential/" + name, "--label=" + name]
        done = subprocess.run(["diff", "-u"] + labels + paths, stdout=subprocess.PIPE,
                              universal_newlines=True)
    if done.returncode > 1:
        stop("diff failed")
    return done.stdout.splitlines(True)


def show(layered, sequential, function):
    shown = []
    for name in layered:
        before, after = sequential[name], layered[name]
        if function:
            before, after = function_of(before, function), function_of(after, function)
        shown += diff(before, after, name)
    if not shown:
        stop("there is nothing of " + function)
    sys.stdout.writelines(shown)


def count(layered, sequential):
    """Lines of the sequential program; those that the layered one has besides; and those that are
    another one there."""
    lines = sum(sequential[name].count("\n") for name in layered)
    added = sum(text.count("\n") for text in layered.values()) - lines
    changed = sum(line.startswith("-") for name in layered
                  for line in diff(sequential[name], layered[name], name)[2:])
    return lines, added, changed


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--diff", action="append", default=[])
    parser.add_argument("--limit", type=float)
    parser.add_argument("--sequential")
    options = parser.parse_args()
    is_above, shown = False, {}
    dropped = sum([function_names(read(name)) for name in SHARED], [])
    for name in sum([*SYSTEMS.values(), *LOADS.values()], []):
        dropped += prepare(read(name), name)[1]
    print("%-10s %12s %12s %12s %12s" % ("", "sequential", "added lines", "changed", "added, %"))
    for system, names in {**SYSTEMS, **LOADS}.items():
        layered = {name: read(name) for name in names}
        sequential = {name: make_sequential(read(name), name, dropped)
                      for name in names + CHECKS.get(system, [])}
        lines, added, changed = count(layered, sequential)
        percent = 100 * added / lines
        print("%-10s %12d %12d %12d %12.1f" % (system, lines, added, changed, percent))
        is_above |= options.limit is not None and system in SYSTEMS and percent > options.limit
        shown[system] = layered, sequential
        for name in sequential if options.sequential else []:
            with open(os.path.join(options.sequential, name), "w") as file:
                file.write(sequential[name])
    print("%-10s %12d %12d" % ("shared", 0, sum(read(name).count("\n") for name in SHARED)))
    for wanted in options.diff:
        system, _, function = wanted.partition(":")
        if system not in shown:
            stop("there is no system " + system)
        show(*shown[system], function)
    if is_above:
        stop("a system has more than %g %% of added lines" % options.limit)


if __name__ == "__main__":
    main()
