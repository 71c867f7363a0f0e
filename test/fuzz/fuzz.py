#!/usr/bin/env python3
"""Compiles programs that generate.c makes in many ways and compares what they print with the oracle.

    ./dev fuzz --seconds 600 --seed 7
"""
import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time

import csmith
import reduction
from configurations import (ENVIRONMENT, HERE, Oracle, Toolchain, draw, draw_for_failures, support_commands)
from running import (COMPILER_LIMIT, PROGRAM_LIMIT, RUNNING, Failure, Interrupted, build,
                     differences, program_failure, run)

# Csmith's programs are a file each. Many loop for long; those are left out, after so many seconds.
CSMITH_PROGRAMS, CSMITH_LIMIT, CSMITH_CHANCES = 4, 5, 25
# Programs of each size in a batch: so many that every batch takes the compiler about as long.
# Most are tiny: nearly all of their code runs, and there can be more of them.
COUNTS = {"tiny": 60, "small": 12, "medium": 5, "large": 2}
SIZES = ["tiny"] * 20 + ["small"] * 3 + ["medium", "large"]


class Batch:
    """Programs that generate.c puts in one file."""

    def __init__(self, seed, count, parts, more, only=None):
        self.seed, self.count, self.parts, self.more, self.only = seed, count, parts, more, only
        self.environment = {}

    def arguments(self):
        only = [] if self.only is None else ["--only", str(self.only)]
        return ["--seed", str(self.seed), "--count", str(self.count), "--parts", str(self.parts),
                *only, *self.more]

    def __str__(self):
        return "generate " + " ".join(self.arguments())

    def name(self):
        return "%d-%s" % (self.seed, "all" if self.only is None else self.only)

    def narrowed(self, index):
        return Batch(self.seed, self.count, self.parts, self.more, index)

    def candidates(self, any_may_be):
        """What may fail alone: this program, or any one of all."""
        if self.only is not None:
            return [self]
        return [self.narrowed(index) for index in range(self.count)] if any_may_be else []

    def fails_allocations(self):
        return "--failing" in self.more

    def write(self, workshop, folder):
        """Writes programs.c. None or the failure."""
        outcome = run([workshop.generator, *self.arguments()], folder, COMPILER_LIMIT)
        write(folder, "programs.c", outcome.output)
        return None if outcome.status == 0 else Failure("generator fails", "", outcome.errors)


class CsmithBatch:
    """One program of Csmith's, and the same made of coroutines."""
    count = parts = 1

    def __init__(self, seed):
        self.seed = seed
        self.environment = {"CPATH": csmith.HEADERS}

    def __str__(self):
        return "csmith --seed %d %s | csmith.py %d" % (self.seed, " ".join(csmith.OPTIONS), self.seed)

    def name(self):
        return "csmith-%d" % self.seed

    def candidates(self, any_may_be):
        del any_may_be
        return [self]

    def write(self, workshop, folder):
        del workshop
        outcome = run(["csmith", "--seed", str(self.seed), *csmith.OPTIONS], folder, PROGRAM_LIMIT)
        if outcome.status != 0:
            return Failure("generator fails", "", outcome.errors)
        write(folder, "original.c", outcome.output)
        write(folder, "programs.c", csmith.coroutines(outcome.output, self.seed))
        return None

    def expected(self, workshop, folder):
        """What the program prints without coroutines. None where that is of no use to us."""
        clang = workshop.oracle.toolchain.clang
        if build([[clang, "-O0", "-w", "original.c", "-o", "original"]], folder, self.environment):
            return None
        outcome = run([os.path.join(folder, "original")], folder, CSMITH_LIMIT)
        return outcome.output if outcome.status == 0 else None


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


class Case:
    """A batch, how it was compiled, and how that failed."""

    def __init__(self, batch, configuration, environment, failure):
        self.batch, self.configuration = batch, configuration
        self.environment, self.failure = environment, failure

    def of(self, batch, configuration=None):
        return Case(batch, configuration or self.configuration, self.environment, self.failure)

    def __str__(self):
        where = "oracle" if self.configuration is None else str(self.configuration)
        settings = "".join(" %s=%s" % item for item in self.environment.items())
        return "%s: %s%s: %s" % (self.batch, where, settings, self.failure)


class Workshop:
    """What all batches share: the generator, the oracle, the support for each sanitizer."""

    def __init__(self, toolchains, scratch, generator):
        self.toolchains, self.scratch = toolchains, scratch
        self.oracle = Oracle(toolchains[0])
        self.lock = threading.Lock()
        self.supports = {}
        commands, self.oracle_objects = self.oracle.object_commands(scratch)
        self.generator = generator or os.path.join(scratch, "generate")
        if not generator:
            sources = sorted(os.path.join(HERE, name) for name in os.listdir(HERE)
                             if name.startswith("generate") and name.endswith(".c"))
            commands.append([toolchains[0].clang, "-O2", "-w", *sources, "-o", self.generator])
        self.must(commands)

    def must(self, commands):
        failure = build(commands, self.scratch)
        if failure:
            sys.exit("fuzz: could not make what the programs need: %s\n%s"
                     % (failure, failure.details[:2000]))

    @staticmethod
    def settings():
        return ENVIRONMENT

    def support(self, toolchain, sanitizer):
        with self.lock:
            key = (toolchain.major, sanitizer)
            if key not in self.supports:
                output = os.path.join(self.scratch, "support-%d-%s.o" % (key[0], sanitizer))
                self.must([support_commands(toolchain, sanitizer, output)])
                self.supports[key] = output
            return self.supports[key]

    def make_oracle(self, folder, environment):
        return build([self.oracle.command(["-O0", "-w"], "programs.c", self.oracle_objects,
                                          "oracle")], folder, environment)

    def is_of_clang(self, configuration, folder, environment, failure):
        """Whether the undefined behaviour is there without the plugin. clang makes some: at -O0, an
        argument that is aligned to 64 bytes lies anywhere if the caller has an array of variable
        length."""
        if "undefined" not in (configuration.sanitizer or ""):
            return False
        flags = [configuration.level, "-w", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
        build([self.oracle.command(flags, "programs.c", self.oracle_objects, "checked")], folder,
              environment)
        outcome = run([os.path.join(folder, "checked")], folder, PROGRAM_LIMIT, environment)
        return outcome.status != 0 and failure.is_like(program_failure(outcome, ""))

    def make(self, configuration, folder, environment):
        support = self.support(configuration.toolchain, configuration.sanitizer)
        return build(configuration.commands("programs.c", support, "program"), folder, environment)


def compare(folder, environment, expected):
    outcome = run([os.path.join(folder, "program")], folder, PROGRAM_LIMIT, environment)
    return program_failure(outcome, expected), outcome


class Score:
    """The figures of the run."""

    def __init__(self):
        self.lock = threading.Lock()
        self.programs = self.comparisons = self.mismatches = 0
        self.started = time.monotonic()
        self.reduced = set()

    def add(self, programs=0, comparisons=0, mismatches=0):
        with self.lock:
            self.programs += programs
            self.comparisons += comparisons
            self.mismatches += mismatches

    def is_new(self, case):
        """Whether no such failure has been reduced yet: one of a kind is enough."""
        levels = case.configuration.level if case.configuration else "oracle"
        sign = (str(case.failure), levels == "-O0")
        with self.lock:
            is_new = sign not in self.reduced
            self.reduced.add(sign)
            return is_new

    def __str__(self):
        return "%d programs, %d comparisons, %d mismatches" % (self.programs, self.comparisons,
                                                               self.mismatches)

    def rate(self):
        return self.programs / max(time.monotonic() - self.started, 0.001)


class Fuzzer:
    def __init__(self, options, workshop):
        self.options, self.workshop = options, workshop
        self.score = Score()
        self.lock = threading.Lock()
        self.next_batch = 0
        self.planned = 0

    def take_number(self):
        """The number of the next batch; None: enough."""
        with self.lock:
            if self.options.seconds and time.monotonic() - self.score.started > self.options.seconds:
                return None
            if self.options.programs and self.planned >= self.options.programs:
                return None
            self.next_batch += 1
            return self.next_batch - 1

    def work(self):
        try:
            self.run_batches()
        except Interrupted:
            pass

    def run_batches(self):
        while (number := self.take_number()) is not None:
            draws = random.Random("%d %d" % (self.options.seed, number))
            folder = tempfile.mkdtemp(dir=self.workshop.scratch)
            try:
                if self.takes_csmith(draws):
                    self.plan(CSMITH_PROGRAMS)
                    for _ in range(CSMITH_PROGRAMS):
                        self.run_csmith(CsmithBatch(draws.randrange(1 << 31)), draws, folder)
                else:
                    self.run_batch(self.draw_batch(draws, number), draws, folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            self.tell_progress()

    def takes_csmith(self, draws):
        takes = draws.randrange(CSMITH_CHANCES) == 0
        return self.options.csmith == "only" or (self.options.csmith == "some" and takes)

    def draw_batch(self, draws, number):
        seed = self.options.seed * 1000000 + number
        size = draws.choice(SIZES)
        count = self.options.count or COUNTS[size]
        self.plan(count)
        more = ["--size", size]
        if draws.randrange(10) == 0:
            return Batch(seed, count, 1, more + ["--failing"])
        return Batch(seed, count, draws.choice([1, 1, 1, 2, 3]), more)

    def plan(self, programs):
        with self.lock:
            self.planned += programs

    def run_batch(self, batch, draws, folder):
        self.score.add(programs=batch.count)
        failure = (batch.write(self.workshop, folder)
                   or self.workshop.make_oracle(folder, batch.environment))
        if failure:
            self.found(Case(batch, None, {}, failure))
            return
        environments = [{}]
        if batch.fails_allocations():
            environments = [{"FUZZ_FAIL_AT": str(n)} for n in sorted(draws.sample(range(1, 30), 5))]
        expected = []
        for environment in environments:
            outcome = run([os.path.join(folder, "oracle")], folder, PROGRAM_LIMIT, environment)
            if outcome.status != 0 or "leaked" in outcome.output:
                self.found(Case(batch, None, environment, program_failure(outcome, "")))
                return
            expected.append(outcome.output)
        for _ in range(self.ways(draws)):
            configuration = self.draw_way(batch, draws)
            self.run_way(batch, configuration, folder, environments, expected)

    def ways(self, draws):
        return self.options.ways or draws.choice([1, 1, 2])

    def draw_way(self, batch, draws):
        if batch.fails_allocations():
            return draw_for_failures(draws, self.workshop.toolchains)
        return draw(draws, self.workshop.toolchains, batch.parts)

    def run_way(self, batch, configuration, folder, environments, expected):
        failure = self.workshop.make(configuration, folder, batch.environment)
        if failure:
            self.score.add(comparisons=batch.count)
            self.found(Case(batch, configuration, environments[0], failure))
            return
        for environment, output in zip(environments, expected):
            self.score.add(comparisons=batch.count)
            failure, outcome = compare(folder, environment, output)
            if (failure and not is_allowed(configuration, environment, failure)
                    and not self.workshop.is_of_clang(configuration, folder, environment, failure)):
                different = differences(outcome.output, output)
                self.score.add(mismatches=max(len(different), 1) - 1)
                narrowed = batch.narrowed(different[0]) if different else batch
                self.found(Case(narrowed, configuration, environment, failure), batch)

    def run_csmith(self, batch, draws, folder):
        failure = batch.write(self.workshop, folder)
        expected = None if failure else batch.expected(self.workshop, folder)
        if expected is None:
            return  # too slow, say
        self.score.add(programs=1)
        environment = batch.environment
        failure = self.workshop.make_oracle(folder, environment)
        if not failure:
            outcome = run([os.path.join(folder, "oracle")], folder, PROGRAM_LIMIT)
            failure = program_failure(outcome, expected)
        if failure:
            self.found(Case(batch, None, environment, failure))
            return
        for _ in range(self.ways(draws)):
            configuration = draw(draws, self.workshop.toolchains, 1)
            self.run_way(batch, configuration, folder, [environment], [expected])

    def found(self, case, whole=None):
        self.score.add(mismatches=1)
        self.say("found: %s" % case)
        if not self.options.output:
            return
        try:
            is_new = self.score.is_new(case)
            path = reduction.keep(case, whole or case.batch, self.workshop, self.options.output,
                                  self.options.reduce, is_new)
            self.say("kept: %s" % path)
        except Interrupted:
            raise
        except Exception as error:  # pylint: disable=broad-except # a run goes on all the same
            self.say("could not keep it: %r" % error)

    def say(self, text):
        with self.lock:
            print(text[:1000], flush=True)

    def tell_progress(self):
        if sys.stderr.isatty():
            sys.stderr.write("\r%s, %.1f programs/s " % (self.score, self.score.rate()))
            sys.stderr.flush()


def is_allowed(configuration, environment, failure):
    """Where a frame is not had that another way of compiling does not ask for, the transcripts
    differ; but nothing may crash or leak."""
    return (environment and failure.kind == "program differs"
            and not configuration.allocates_like_the_oracle())


def positive(text):
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("%s is not above 0" % text)
    return number


def natural(text):
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("%s is below 0" % text)
    return number


def parse_options():
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__.splitlines()[0],
                                     allow_abbrev=False)
    parser.add_argument("--with", nargs=2, action="append", required=True, dest="toolchains",
                        metavar=("TOOLS", "BUILD"),
                        help="an LLVM's bin folder and the build of the plugin for it")
    parser.add_argument("--seconds", type=positive, help="start no batch after that time")
    parser.add_argument("--programs", type=positive, help="start no batch after so many")
    parser.add_argument("--seed", type=natural, default=1)
    parser.add_argument("--jobs", type=positive, default=os.cpu_count())
    parser.add_argument("--count", type=positive, help="programs in a batch")
    parser.add_argument("--ways", type=positive, help="to compile each batch (2 or 3)")
    parser.add_argument("--csmith", choices=["some", "only", "none"], default="some",
                        help="how many of the programs are Csmith's")
    parser.add_argument("--generator", help="instead of generate.c: a program of its interface")
    parser.add_argument("--output", help="the folder for what fails, reduced")
    parser.add_argument("--reduce-seconds", type=natural, default=600, dest="reduce",
                        help="for each kind of failure; 0: do not")
    options = parser.parse_args()
    if options.csmith != "none" and not csmith.is_there():
        print("fuzz: csmith or its headers are not there: without its programs", flush=True)
        if options.csmith == "only":
            sys.exit(1)
        options.csmith = "none"
    if not options.seconds and not options.programs:
        options.seconds = 60
    return options


def wait_for(threads):
    """Until they end, or somebody ends the run: then with the figures so far."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        RUNNING.end()
        for thread in threads:
            thread.join()


def cpu_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main():
    options = parse_options()
    toolchains = [Toolchain(*pair) for pair in options.toolchains]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        fuzzer = Fuzzer(options, Workshop(toolchains, scratch, options.generator))
        threads = [threading.Thread(target=fuzzer.work) for _ in range(options.jobs)]
        for thread in threads:
            thread.start()
        wait_for(threads)
    seconds = time.monotonic() - fuzzer.score.started
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    print("%.0f s, %.2f programs/s, %.2f CPU s a program"
          % (seconds, fuzzer.score.rate(), cpu_seconds() / max(fuzzer.score.programs, 1)))
    print(fuzzer.score)
    return 1 if fuzzer.score.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
