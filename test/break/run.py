#!/usr/bin/env python3
"""Breaks one condition at a time, and tells which mutants no test notices.

First each test runs once with everything whole, and writes down which values of which conditions it
sees (broken.h). Then it is the turn of each test, the cheap ones first. In one run it tries all mutants
that are left and whose conditions it sees have another value (split.h): where all programs with the
passes write the same as without the mutant, the test can't tell. Of each other mutant it is asked
whether it fails. What is known is kept in WORK/state.json, and asked anew where the sources or the test
have changed.

A mutant that is known to change no program is written down in harmless.txt, with a reason:

    why: REASON
    FILE FUNCTION always|never: CONDITION
"""
import argparse
import collections
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

# Tests that take long, and ask much the same as others; or that build programs of their own.
SLOW = re.compile(r"(break|bystanders|fuzz|modes|mutate|package)/|lto/(programs|sanitizers)\.|"
                  r"exec/(aarch64|standards-and-flags)\.|passes/huge\.")
MANY = 400  # mutants that a test tries in one run
CRASHED = "frontend command failed"
CRASH = re.compile(CRASHED + "|PLEASE submit a bug report|LLVM ERROR")
HANG = re.compile(r"CPU time limit exceeded|exit status 137|exit status 152|\bKilled\b")
WORDS = {True: "always", False: "never"}


def digest(*paths):
    """Of files, and of all in folders."""
    result = hashlib.sha256()
    for path in paths:
        files = [path] if os.path.isfile(path) else sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names
            if not name.endswith(".pyc"))
        for name in files:
            with open(name, "rb") as file:
                result.update(file.read() + b"\0")
    return result.hexdigest()[:16]


def processor_seconds():
    """Of the tests, all workers': the machine may have been busy with something else for long."""
    times = os.times()
    return times.children_user + times.children_system


class LitTests:
    """The tests of a build folder, as lit runs them."""

    def __init__(self, lit, build, source):
        self.lit = [sys.executable, lit]
        self.build = build
        self.source = source
        self.inputs = {}

    def names(self):
        listing = subprocess.run(self.lit + ["--show-tests", self.build + "/test"], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout
        return re.findall(r"^  CoroInline :: (\S+)", listing, re.M)

    def digest(self, name):
        folder = os.path.join(self.source, "test", os.path.dirname(name))
        if folder not in self.inputs:
            self.inputs[folder] = digest(os.path.join(folder, "Inputs"),
                                         os.path.join(self.source, "include"))
        return digest(os.path.join(self.source, "test", name)) + self.inputs[folder]

    def command(self, names, scratch):
        return self.lit + ["-v", "-j1", "--max-failures=1", "--skip-test-time-recording",
                           "--param", "scratch=" + scratch] + [
                               os.path.join(self.build, "test", name) for name in names]

    def results(self, names, status, output):
        """Whether they pass, of those that have been run."""
        found = re.findall(r"^(\w+): CoroInline :: (\S+) \(", output, re.M)
        return {name: result == "PASS" for result, name in found if result != "SKIPPED"}


class ScriptTests:
    """The shell scripts of a folder."""

    def __init__(self, folder):
        self.folder = folder

    def names(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".sh"))

    def digest(self, name):
        return digest(os.path.join(self.folder, name))

    def command(self, names, scratch):
        return ["sh", os.path.join(self.folder, names[0]), scratch]

    def results(self, names, status, output):
        return {names[0]: status == 0}


class Mutant:
    def __init__(self, condition, value):
        self.file, self.function = condition["file"], condition["function"]
        self.line, self.number, self.text = condition["line"], condition["number"], condition["text"]
        self.value = value
        self.other = "%d=%d" % (self.number, not value)
        self.key = " ".join([self.file, self.function or "-", WORDS[value] + ":", self.text])

    def __str__(self):
        return "%s:%d: %s: %s: %s" % (self.file, self.line, self.function, WORDS[self.value],
                                      self.text)


def read_harmless(path):
    """The reasons, by the keys of mutants."""
    reasons, reason = {}, None
    if not path:
        return reasons
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith("why: "):
                reason = line[5:]
            elif reason is None or not re.match(r"\S+ \S+ (always|never): \S", line):
                sys.exit("%s:%d: neither a reason nor a mutant" % (path, number))
            else:
                reasons[line] = reason
    return reasons


class Run:
    def __init__(self, options, tests):
        self.options, self.tests = options, tests
        self.lock = threading.Lock()
        self.end = time.monotonic() + options.seconds if options.seconds else None
        self.saved = time.monotonic()
        with open(options.conditions, encoding="utf-8") as file:
            conditions = json.load(file)
        self.mutants = [Mutant(condition, value) for condition in conditions
                        for value in condition["values"]]
        self.harmless = read_harmless(options.harmless)
        self.path = os.path.join(options.work, "state.json")
        self.state = {"files": self.file_digests(conditions), "tests": {}, "mutants": {}}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                self.take_over(json.load(file))
        self.digests = {name: tests.digest(name) for name in tests.names()
                        if (options.slow or not SLOW.match(name))
                        and re.search(options.tests, name)}
        for known in self.state["mutants"].values():
            killed = known.get("killed")
            if killed in self.digests and known["digest"] != self.digests[killed]:
                known["hint"] = known.pop("killed")
        self.running = set()  # processes, each with a group of its own
        signal.signal(signal.SIGTERM, self.give_up)
        signal.signal(signal.SIGINT, self.give_up)

    def file_digests(self, conditions):
        """By the names of the sources; a header belongs to each."""
        folder = os.path.dirname(self.options.conditions)
        headers = [os.path.join(folder, name) for name in sorted(os.listdir(folder))
                   if name.endswith(".h")]
        return {name: digest(os.path.join(folder, name), *headers)
                for name in sorted({condition["file"] for condition in conditions})}

    def take_over(self, old):
        """What is known from the last time, but for the files that have changed: of those, the test
        to begin with."""
        files, before = self.state["files"], old["files"]
        changed = {name for name in files if before.get(name) != files[name]}
        if list(before) != list(files):  # other numbers
            changed = set(files)
        for key, known in old["mutants"].items():
            if key.split()[0] in changed:
                known = {"hint": known.get("killed") or known.get("hint"), "passed": {}}
            self.state["mutants"][key] = known
        numbers = {str(mutant.number) for mutant in self.mutants if mutant.file in changed}
        for name, known in old["tests"].items():
            if changed != set(files) and not any(
                    seen.split("=")[0] in numbers for seen in known["sees"]):
                self.state["tests"][name] = known

    def save(self):
        if self.options.known:
            return  # it may be asked while others run
        temporary = self.path + ".new"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(self.state, file)
        os.replace(temporary, self.path)
        self.saved = time.monotonic()

    def give_up(self, *_):
        self.end = time.monotonic()
        for process in list(self.running):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def is_over(self):
        return self.end is not None and time.monotonic() > self.end

    def execute(self, names, worker, seconds, **variables):
        """Which of the tests pass, up to the first that fails, and what they say."""
        scratch = os.path.join(self.options.work, "scratch-%d" % worker)
        os.makedirs(scratch, exist_ok=True)
        crashed = os.path.join(scratch, "crashed")
        if os.path.exists(crashed):
            os.remove(crashed)
        environment = dict(os.environ, COROINLINE_CRASHED=crashed, TMPDIR=scratch,
                           LLVM_DISABLE_SYMBOLIZATION="1", **variables)
        process = subprocess.Popen(
            ["prlimit", "--core=0", "--cpu=%d" % (2 + 20 * seconds)]
            + self.tests.command(names, scratch),
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        self.running.add(process)
        try:
            output = process.communicate(timeout=900 + 20 * seconds)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output = process.communicate()[0] + b"\nKilled\n"
        self.running.discard(process)
        output = output.decode(errors="replace")
        if os.path.exists(crashed):
            output += "\n" + CRASHED
        return self.tests.results(names, process.returncode, output), output

    def in_parallel(self, items, work):
        """Calls work(item, worker) until there are no items or there is no time left."""
        items = list(reversed(items))

        def loop(worker):
            while not self.is_over():
                with self.lock:
                    if not items:
                        return
                    item = items.pop()
                work(item, worker)
                with self.lock:
                    if time.monotonic() - self.saved > 20:
                        self.save()

        threads = [threading.Thread(target=loop, args=(worker,))
                   for worker in range(self.options.jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.save()

    def record(self, name, worker, wanted=None, how=""):
        """Whether a test passes, and the values that it sees; where mutants are wanted, for each value
        places where the other one may do something else: the first, or all."""
        reached, split = (os.path.join(self.options.work, "%s-%d" % (what, worker))
                          for what in ("reached", "split"))
        if os.path.exists(reached):
            os.remove(reached)
        variables = {"COROINLINE_REACHED": reached}
        if wanted is not None:
            with open(split, "w", encoding="ascii") as file:
                file.writelines("%d=%d %s\n" % (mutant.number, mutant.value, how)
                                for mutant in wanted)
            variables["COROINLINE_SPLIT"] = split
        passes = self.execute([name], worker, 600, **variables)[0].get(name, False)
        sees = {}
        if passes and os.path.exists(reached):
            with open(reached, encoding="ascii") as file:
                for line in file:
                    value, *place = line.split()
                    sees.setdefault(value, set()).update(place)
        return passes, sees

    def record_whole(self, name, worker):
        start = processor_seconds()
        passes, sees = self.record(name, worker)
        if self.is_over():
            return
        with self.lock:
            self.state["tests"][name] = {
                "digest": self.digests[name], "passes": passes, "sees": sorted(sees),
                "seconds": processor_seconds() - start}
            if not passes:
                print("not asked, since it fails with nothing broken: " + name)

    def record_all(self):
        known = self.state["tests"]
        self.in_parallel([name for name in self.digests
                          if known.get(name, {}).get("digest") != self.digests[name]],
                         self.record_whole)
        self.sees = {name: set(known[name]["sees"]) for name in self.digests
                     if known.get(name, {}).get("passes")}
        return all(known.get(name, {}).get("digest") == self.digests[name]
                   for name in self.digests)

    def witnesses(self, mutant):
        return [name for name in self.sees if mutant.other in self.sees[name]]

    def is_killed(self, mutant):
        return "killed" in self.state["mutants"].get(mutant.key, {})

    def left(self, name):
        """The mutants that are to be tried by a test."""
        return [mutant for mutant in self.wanted
                if mutant.other in self.sees[name] and not self.is_killed(mutant) and
                self.state["mutants"].setdefault(mutant.key, {"passed": {}})["passed"].get(name)
                != self.digests[name]]

    def ask_all(self, name, worker):
        """Of a test, some mutants at a time: after each some, what is known can be kept."""
        while not self.is_over():
            with self.lock:
                some = self.left(name)[:MANY]
            # Most are killed where they first make a difference.
            for how in ("first", "all"):
                if not some or self.is_over():
                    return
                passes, sees = self.record(name, worker, some, how)
                if self.is_over():
                    return
                if self.options.verbose:
                    print("%s tries %d, and may tell %d (%s)" % (
                        name, len(some), sum(bool(sees.get(mutant.other)) for mutant in some), how),
                        flush=True)
                for mutant in some:
                    # It may not like to be run so.
                    places = sees.get(mutant.other, set()) if passes else {"?"}
                    self.ask(mutant, name, places, worker, how == "first")
                with self.lock:
                    some = [mutant for mutant in some
                            if sees.get(mutant.other) and not self.is_killed(mutant)]

    def ask(self, mutant, name, places, worker, is_first):
        passes = {name: True}
        if places:
            with self.lock:
                if self.is_over() or self.is_killed(mutant):
                    return
            passes, output = self.execute(
                [name], worker, self.state["tests"][name]["seconds"],
                COROINLINE_BROKEN="%d=%d" % (mutant.number, mutant.value),
                COROINLINE_PLACES="" if "?" in places else " ".join(sorted(places)))
            if self.is_over():
                return  # it may have been ended
        with self.lock:
            known = self.state["mutants"][mutant.key]
            if passes.get(name):
                if not places or not is_first:
                    known["passed"][name] = self.digests[name]
                return
            known["killed"], known["digest"] = name, self.digests[name]
            known["how"] = ("crash" if CRASH.search(output) else
                            "no end" if HANG.search(output) else "result")
            if self.options.verbose:
                print("killed by %s (%s): %s" % (name, known["how"], mutant), flush=True)

    def verdict(self, mutant):
        if self.is_killed(mutant):
            return "killed"
        names = self.witnesses(mutant)
        if not names:
            return "not reached" if self.is_whole else "not asked"
        passed = self.state["mutants"].get(mutant.key, {}).get("passed", {})
        if any(passed.get(name) != self.digests[name] for name in names):
            return "not asked"
        return "survived"

    def run(self):
        """Whether every mutant is killed or harmless."""
        if self.options.known:
            self.end = time.monotonic()
        self.is_whole = self.record_all()
        self.wanted = [mutant for mutant in self.mutants
                       if re.search(self.options.file, mutant.file)]
        if self.options.open:
            self.wanted = [mutant for mutant in self.wanted if mutant.key not in self.harmless]
        if not self.options.known:
            # What killed a mutant before it was changed is the first to be asked.
            hints = collections.Counter(
                self.state["mutants"].get(mutant.key, {}).get("hint") for mutant in self.wanted
                if not self.is_killed(mutant))
            self.in_parallel(
                sorted(self.sees, key=lambda name: self.state["tests"][name]["seconds"]
                       / (1 + hints[name])), self.ask_all)
        if not self.is_whole:
            print("what all tests reach is not known yet: again for the rest")
        return self.report() and self.is_whole

    def report(self):
        counts = dict.fromkeys(["killed", "harmless", "survived", "not reached", "not asked"], 0)
        how = dict.fromkeys(["crash", "no end", "result"], 0)
        good = True
        for mutant in sorted(self.wanted, key=lambda mutant: (mutant.file, mutant.line)):
            verdict = self.verdict(mutant)
            is_harmless = mutant.key in self.harmless
            if verdict == "killed":
                known = self.state["mutants"][mutant.key]
                how[known["how"]] += 1
                if is_harmless:
                    print("in harmless.txt, and killed by %s: %s" % (known["killed"], mutant))
                    good = False
            elif is_harmless and verdict != "not asked":
                verdict = "harmless"
            else:
                print("%s: %s" % (verdict, mutant))
                good = False
            counts[verdict] += 1
        for key in set(self.harmless) - {mutant.key for mutant in self.mutants}:
            print("in harmless.txt, and nowhere in the sources: " + key)
            good = False
        print("killed by a wrong result: %(result)d, by a crash: %(crash)d, by not ending: %(no end)d"
              % how)
        print("mutants: %d, " % len(self.wanted)
              + ", ".join("%s: %d" % item for item in counts.items()))
        return good


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("conditions", help="what rewrite.py has found")
    parser.add_argument("work", help="the folder for the state and for what tests write")
    tests = parser.add_mutually_exclusive_group(required=True)
    tests.add_argument("--lit", nargs=3, metavar=("LIT", "BUILD", "SOURCE"))
    tests.add_argument("--scripts", metavar="FOLDER", help="shell scripts that are tests")
    parser.add_argument("--harmless", metavar="FILE")
    parser.add_argument("--file", default="", metavar="REGEX", help="only conditions of these files")
    parser.add_argument("--tests", default="", metavar="REGEX", help="ask only these")
    parser.add_argument("--seconds", type=int, help="stop then; what is known is kept")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--known", action="store_true", help="only tell what is known")
    parser.add_argument("--slow", action="store_true", help="ask the tests that take long, too")
    parser.add_argument("--open", action="store_true",
                        help="do not ask about what is in harmless.txt")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    for name in ("conditions", "work"):
        setattr(options, name, os.path.abspath(getattr(options, name)))
    os.makedirs(options.work, exist_ok=True)
    tests = LitTests(*options.lit) if options.lit else ScriptTests(options.scripts)
    sys.exit(0 if Run(options, tests).run() else 1)


if __name__ == "__main__":
    main()
