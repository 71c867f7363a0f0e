"""Makes coroutines of a program of Csmith's: each function becomes one, each call an await.

    csmith --seed 7 ... | python3 csmith.py 7 >coroutines.c
"""
import os
import random
import re
import shutil
import sys

# Members that can't be assigned can't be given by coro_return. What takes Csmith's programs long to
# run or to compile tells nothing about coroutines.
OPTIONS = ["--no-argc", "--concise", "--no-const-struct-union-fields",
           "--no-vol-struct-union-fields", "--max-funcs", "10", "--max-block-depth", "3",
           "--max-array-dim", "2", "--max-array-len-per-dim", "5", "--max-expr-complexity", "10"]
HEADERS = "/usr/include/csmith"

HEAD = re.compile(r"^static (?:inline )?(?P<type>.*?\S)\s+(?P<name>func_\d+)\((?P<parameters>.*)\)"
                  r"(?P<end>;?)$")
CALL = re.compile(r"\bfunc_\d+\(")
RETURN = re.compile(r"^(\s*)return (.*);$")
STATEMENT = re.compile(r"^\s+\S.*;$")


def end_of_call(text, at):
    """The place behind the parenthesis that closes the one before `at`."""
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at


def with_awaits(text, keyword="coro_await"):
    """The text with each call as an await."""
    found = CALL.search(text)
    if not found:
        return text
    end = end_of_call(text, found.end())
    call = found.group() + with_awaits(text[found.end():end], "coro_await")
    return text[:found.start()] + "%s(%s)" % (keyword, call) + with_awaits(text[end:], keyword)


def head(found):
    """The macro that stands for a function's head or prototype."""
    parameters = [] if found["parameters"] == "void" else found["parameters"].split(",")
    words = ["static", found["name"] + "_result", found["name"]]
    for parameter in parameters:
        kind, name = re.match(r"^\s*(.*?)\s*(\w+)$", parameter).groups()
        words += [kind, name]
    macro = "%sCOROUTINE%d" % ("DECLARE_" if found["end"] else "", len(parameters))
    return "%s(%s)%s" % (macro, ", ".join(words), found["end"])


def assignable(kind):
    """A type without the qualifiers of its values: they mean nothing for a function's result."""
    kind = re.sub(r"(\s*\b(const|volatile))+$", "", kind)
    return kind if kind.endswith("*") else re.sub(r"\b(const|volatile)\b\s*", "", kind)


def coroutines(text, seed):
    draws = random.Random(seed)
    chances = draws.choice([2, 5, 20, 1000])
    output, function = ['#include "fuzz.h"'], None
    for line in text.splitlines():
        found = HEAD.match(line)
        if found:
            function = found["name"]
            if found["end"]:
                kind = assignable(found["type"])
                output += ["typedef %s %s_result;" % (kind, function),
                           "coro_declare(%s_result);" % function]
            output.append(head(found))
        elif line.startswith("int main"):
            function = "main"
            output.append(line)
        elif line.rstrip() == "{" and function and function != "main":
            output += ["{", "    coro_begin(%s_result);" % function, "    coro_suspend();"]
        elif line.startswith("}"):
            function = None
            output.append(line)
        elif function == "main":
            output.append(with_awaits(line, "coro_run"))
        elif function:
            line = with_awaits(line)
            output.append(RETURN.sub(r"\1coro_return(\2);", line))
            if STATEMENT.match(line) and draws.randrange(chances) == 0:
                output.append("    coro_suspend();")
        else:
            output.append(line)
    return "\n".join(output) + "\n"


def is_there():
    return bool(shutil.which("csmith")) and os.path.isdir(HEADERS)


if __name__ == "__main__":
    sys.stdout.write(coroutines(sys.stdin.read(), sys.argv[1]))
