#!/usr/bin/env python3
"""Copies C++ sources so that each condition in them can be broken while the program runs.

usage: rewrite.py SOURCES COPY

    if (!Load || !Load->isSimple())        =>  if (broken(7, broken(5, !Load) ||
      return false;                                          broken(6, !Load->isSimple())))

broken() (broken.h) gives the condition's value, or what it is told to. The conditions, with their
numbers and the values that make mutants of them, go to COPY/conditions.json. These are taken:

  an operand of &&, || in any expression   as if it were not there
  the condition of an if that leaves       as if it did not hold: return, continue, break
  that of any other if                     as if it did always, and never
  what a predicate returns                 as if it did always, and never

An assertion is none, nor is what the preprocessor or the compiler decides. The sources are expected
as clang-format lays them out.
"""
import bisect
import json
import os
import re
import sys

TOKEN = re.compile(r"""
    (?P<blank>\s+ | //[^\n]* | /\*.*?\*/ | (?:(?<=\n)|\A)[ \t]*\#(?:[^\n\\]|\\.)*)
  | (?P<text>"(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*')
  | (?P<word>\w+)
  | (?P<mark>&&|\|\||::|->|<<|(?<=\s)>>|[-+*/%&|^<>=!]=|.)
""", re.X | re.S)

OPENING = {"(": ")", "[": "]", "{": "}", "<": ">"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="}
# What ends an expression on either side.
ENDS = {",", ";", "?", ":", "return", "else", "case"} | ASSIGNMENTS
LEAVING = {"return", "continue", "break"}
# What is called so asks a question.
PREDICATE = re.compile(r"(is|has|have|can|may|must|does|reads|leaves|holds|contains|starts|ends|"
                       r"all_of|any_of|none_of|empty)(_?[A-Z]\w*|s|_contained|_with)?$|Is[A-Z]\w*$")


# Numbers that a file has for its conditions: so that a change of one leaves the others alone.
PER_FILE = 500


class Source:
    """The tokens of a file, and where its brackets close."""

    def __init__(self, text):
        self.text = text
        self.lines = [0] + [match.end() for match in re.finditer("\n", text)]
        self.tokens = [match for match in TOKEN.finditer(text) if match.lastgroup != "blank"]
        self.words = [match.group() for match in self.tokens]
        self.partner = {}
        opened = []
        for index, token in enumerate(self.tokens):
            if token.lastgroup != "mark" or self.compares(token):
                continue
            if token.group() in OPENING:
                opened.append(index)
            elif token.group() in OPENING.values():
                other = opened.pop()
                if OPENING[self.words[other]] != token.group():
                    raise ValueError("brackets that don't match in line %d" % self.line(index))
                self.partner[index], self.partner[other] = other, index

    def compares(self, token):
        """Whether a < or > is an operator, which has blanks around it, and no bracket."""
        text, start, end = self.text, token.start(), token.end()
        return (token.group() == "<" and text[end].isspace() or
                token.group() == ">" and text[start - 1].isspace())

    def line(self, index):
        return bisect.bisect_right(self.lines, self.tokens[index].start())

    def between(self, first, last):
        """The text of the tokens from first to last, both included, on one line."""
        return " ".join(self.text[self.tokens[first].start():self.tokens[last].end()].split())

    def top_level(self, first, last):
        """The tokens from first to last that are not within brackets opened there."""
        index = first
        while index <= last:
            yield index
            if self.words[index] in OPENING and index in self.partner:
                index = self.partner[index]
                yield index
            index += 1

    def is_operator(self, index):
        """Not the && of a reference."""
        end = self.tokens[index].end()
        return self.words[index] in ("&&", "||") and self.text[end:end + 1].isspace()

    def reach(self, index, step, ends):
        """The last token, from index in the direction of step, of the expression next to it."""
        while True:
            following = index + step
            if self.tokens[following].lastgroup != "text" and self.words[following] in ends:
                return index
            if following in self.partner:
                if (self.partner[following] > following) != (step > 0):
                    return index
                following = self.partner[following]
            index = following


class Scopes:
    """Which function each token belongs to, and whether that returns a bool."""

    def __init__(self, source):
        self.source = source
        self.stack = []  # (kind, name, whether it gives a bool, closing token)
        self.of = {}
        start = 0
        for index, word in enumerate(source.words):
            while self.stack and self.stack[-1][3] < index:
                self.stack.pop()
            self.of[index] = list(self.stack)
            if word == "{" and index in source.partner:
                self.stack.append(self.describe(start, index) + (source.partner[index],))
                start = index + 1
            elif word in (";", "}") or (word == ":" and source.words[index - 1] in
                                        ("public", "private", "protected")):
                start = index + 1

    def describe(self, start, brace):
        words = self.source.words
        before = brace - 1
        while words[before] in ("mutable", "const", "noexcept", "override"):
            before -= 1
        # [...](...) -> type {
        for index in range(before, max(before - 12, start), -1):
            if words[index] == "->" and words[index - 1] == ")":
                before = index - 1
                break
        opening = self.source.partner.get(before, before) if words[before] == ")" else brace
        if words[opening - 1] == "]":
            return "lambda", "", words[before + 1:brace] == ["->", "bool"] or None
        inside = any(kind in ("function", "lambda") for kind, *_ in self.stack)
        header = words[start:brace]
        if inside or any(words[k] == "=" for k in self.source.top_level(start, brace - 1)):
            return "block", "", None
        for keyword in ("namespace", "class", "struct", "enum", "union"):
            if keyword in header and "(" not in header:
                return keyword, header[header.index(keyword) + 1] if len(header) > 1 else "", None
        if "(" not in header:
            return "block", "", None
        end = header.index("(")
        first = end - 1
        while first >= 2 and header[first - 1] == "::":
            first -= 2
        name = "".join(header[first:end])
        return "function", name, first > 0 and header[first - 1] == "bool"

    def function(self, index):
        parts = [name for kind, name, *_ in self.of[index]
                 if name and kind in ("class", "struct", "function")]
        return "::".join(parts)

    def gives_bool(self, index):
        """Whether a return there gives a bool: True, False, or None where that is not said."""
        for kind, _, gives_bool, _ in reversed(self.of[index]):
            if kind in ("function", "lambda"):
                return gives_bool
        return False


class Rewriter:
    def __init__(self, name, text, first):
        self.name = name
        self.source = Source(text)
        self.scopes = Scopes(self.source)
        self.first = first
        self.found = {}  # (first token, last token) -> values
        self.declared = {}  # the same -> the variable whose value is asked
        self.skipped = set()

    def note(self, first, last, *values):
        self.found.setdefault((first, last), set()).update(values)

    def skip_what_is_no_condition(self):
        words = self.source.words
        for index, word in enumerate(words[:-1]):
            if word in ("assert", "static_assert", "LLVM_DEBUG") and words[index + 1] == "(":
                self.skipped.update(range(index, self.source.partner[index + 1]))
            if word == "if" and words[index + 1] == "constexpr":
                self.skipped.update(range(index, self.source.partner[index + 2]))
            if word == "constexpr" and words[index - 1] != "if":
                end = next(k for k in self.source.top_level(index, len(words) - 1)
                           if words[k] in (";", "{"))
                self.skipped.update(range(index, end))

    def operands(self):
        source = self.source
        for index in range(len(source.words)):
            if index in self.skipped or not source.is_operator(index):
                continue
            is_and = source.words[index] == "&&"
            ends = ENDS | ({"&&", "||"} if is_and else {"||"})
            for step in (-1, 1):
                edges = sorted((index + step, source.reach(index, step, ends)))
                self.note(*edges, is_and)

    def leaves(self, index):
        """Whether the statement at index ends in leaving what is around it."""
        source, words = self.source, self.source.words
        if words[index] != "{":
            return words[index] in LEAVING
        close = source.partner[index]
        last = index + 1
        for token in source.top_level(index + 1, close - 2):
            if words[token] in (";", "}"):
                last = token + 1
        return words[last] in LEAVING

    def ifs(self):
        source, words = self.source, self.source.words
        for index, word in enumerate(words[:-1]):
            if word != "if" or index in self.skipped or words[index + 1] != "(":
                continue
            first, last = index + 2, source.partner[index + 1] - 1
            inner = list(source.top_level(first, last))
            semicolons = [k for k in inner if words[k] == ";"]
            is_guard = self.leaves(last + 2)
            if semicolons:
                first = semicolons[-1] + 1
            assignments = [k for k in inner if words[k] == "=" and k >= first]
            if assignments:
                self.declared[(first, last)] = words[assignments[0] - 1]
                self.note(first, last, False)
            elif is_guard:
                self.note(first, last, False)
            else:
                self.note(first, last, False, True)

    def asks(self, first, last):
        """Whether an expression is one of a bool, by its looks."""
        source, words = self.source, self.source.words
        top = list(source.top_level(first, last))
        if words[first] == "!" or any(words[k] in ("==", "!=", "<=", ">=") for k in top):
            return True
        calls = [k for k in top if words[k] == "(" and source.tokens[k - 1].lastgroup == "word"
                 or words[k] == "(" and words[k - 1] == ">"]
        if not calls or source.partner[calls[-1]] != last:
            return False
        name = calls[-1] - 1
        if words[name] == ">":  # isa<T>(
            name = source.partner[name] - 1
            return words[name] in ("isa", "isa_and_nonnull", "match")
        return bool(PREDICATE.match(words[name]))

    def returns(self):
        source, words = self.source, self.source.words
        for index, word in enumerate(words):
            gives_bool = self.scopes.gives_bool(index) if word == "return" else False
            if gives_bool is False or index in self.skipped or words[index + 1] == ";":
                continue
            first = index + 1
            last = source.reach(index, 1, {";"})
            if first == last and words[first] in ("true", "false"):
                continue
            if any(source.is_operator(k) for k in source.top_level(first, last)):
                if not any(words[k] == "?" for k in source.top_level(first, last)):
                    continue  # its operands will do
            if gives_bool or self.asks(first, last):
                self.note(first, last, False, True)

    def run(self):
        self.skip_what_is_no_condition()
        self.operands()
        self.ifs()
        self.returns()
        source = self.source
        insertions, conditions, seen = [], [], {}
        for number, (first, last) in enumerate(sorted(self.found), self.first):
            text = source.between(first, last)
            function = self.scopes.function(first)
            times = seen[function, text] = seen.get((function, text), 0) + 1
            conditions.append({
                "number": number, "file": self.name, "function": function,
                "line": source.line(first),
                "text": text if times == 1 else "%s #%d" % (text, times),
                "values": sorted(self.found[first, last])})
            begin, end = source.tokens[first].start(), source.tokens[last].end()
            call = "::coroinline_broken::broken(%d, static_cast<bool>(" % number
            variable = self.declared.get((first, last))
            if variable:
                insertions.append((end, 1, 0, "; %s%s))" % (call, variable)))
            else:
                # At one place inner ones close first, and outer ones open first.
                insertions.append((begin, 2, -end, call))
                insertions.append((end, 0, -begin, "))"))
        text, parts, done = source.text, [], 0
        for place, *_, what in sorted(insertions):
            parts += [text[done:place], what]
            done = place
        return "".join(parts) + text[done:], conditions


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sources, copy = (os.path.abspath(folder) for folder in sys.argv[1:])
    header = os.path.join(os.path.dirname(os.path.abspath(__file__)), "broken.h")
    os.makedirs(copy, exist_ok=True)
    everything, first = [], 0
    for name in sorted(os.listdir(sources)):
        path = os.path.join(sources, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if name.endswith(".cpp"):
            first += PER_FILE
            text, conditions = Rewriter(name, text, first).run()
            assert len(conditions) < PER_FILE
            text = '#include "%s"\n#line 1 "%s"\n%s' % (header, path, text)
            everything += conditions
        write(os.path.join(copy, name), text)
    for name in set(os.listdir(copy)) - set(os.listdir(sources)) - {"conditions.json"}:
        os.remove(os.path.join(copy, name))
    write(os.path.join(copy, "conditions.json"), json.dumps(everything, indent=0))


def write(path, text):
    """Leaves a file alone that has the text, for the sake of make."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
