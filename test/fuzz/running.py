"""Runs commands and tells in what way they failed."""
import os
import re
import shlex
import signal
import subprocess
import threading

from configurations import ENVIRONMENT

# Seconds of processor time, and many times what either takes: what takes more hangs. What waits for
# ever takes none, so that there is a limit by the clock, which a busy machine does not come to.
COMPILER_LIMIT = 600
PROGRAM_LIMIT = 60
CLOCK = 20


class Outcome:
    """What a command printed. status: None where it was ended because it took too long."""

    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors


class Running:
    """The processes that are running, each with what it has started in a session of its own."""

    def __init__(self):
        self.lock = threading.Lock()
        self.processes = set()
        self.is_over = False

    def start(self, command, **arguments):
        with self.lock:
            if self.is_over:
                raise Interrupted
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True,
                                       **arguments)
            self.processes.add(process)
            return process

    def has_ended(self, process):
        with self.lock:
            self.processes.discard(process)
            if self.is_over:
                raise Interrupted

    def end(self):
        with self.lock:
            self.is_over = True
            for process in self.processes:
                kill(process)


class Interrupted(Exception):
    """The run is over."""


RUNNING = Running()


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)


def limited(command, limit):
    return ["sh", "-c", 'ulimit -t %d && exec "$@"' % limit, "sh", *command]


def run(command, folder, limit, more_environment=None):
    environment = dict(os.environ, **ENVIRONMENT, **(more_environment or {}))
    process = RUNNING.start(limited(command, limit), cwd=folder, env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, errors="replace")
    try:
        output, errors = process.communicate(timeout=CLOCK * limit)
        status = process.returncode
        if status in (-signal.SIGXCPU, 128 + signal.SIGXCPU, -signal.SIGKILL):
            status = None
    except subprocess.TimeoutExpired:
        kill(process)
        output, errors = process.communicate()
        status = None
    RUNNING.has_ended(process)
    return Outcome(status, output, errors)


def run_silently(command, folder, limit, more_environment):
    """The status; None where the command was ended because it took too long."""
    process = RUNNING.start(command, cwd=folder, env=dict(os.environ, **more_environment),
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        status = process.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        kill(process)
        process.wait()
        status = None
    RUNNING.has_ended(process)
    return status


class Failure:
    """kind: how it shows. sign: text that the errors have, to know it again."""

    def __init__(self, kind, sign="", details=""):
        self.kind, self.sign, self.details = kind, sign, details

    def __str__(self):
        return self.kind + (": " + self.sign if self.sign else "")

    def is_like(self, other):
        return other is not None and (self.kind, self.sign) == (other.kind, other.sign)

    def is_of_compiler(self):
        return self.kind.startswith("compiler")


def first_of(patterns, text):
    for pattern in patterns:
        found = re.findall(pattern, text, re.M)
        if found:
            return found[-1].strip()
    return ""


def compiler_failure(outcome):
    errors = outcome.errors
    if outcome.status is None:
        return Failure("compiler hangs", "", errors)
    if outcome.status < 0 or "PLEASE submit a bug report" in errors or "Stack dump:" in errors:
        sign = first_of([r"Assertion (`[^']*') failed", r"LLVM ERROR: ([^:('\n]*)",
                         r'Running pass "([^"(<]*)'], errors)
        return Failure("compiler crashes", sign, errors)
    sign = first_of([r"(?:error|LLVM ERROR): ([^:('%@\"\n]*)"], errors)
    return Failure("compiler complains", sign, errors)


def program_failure(outcome, expected):
    """None where the program printed what it has to."""
    if outcome.status is None:
        return Failure("program hangs", "", outcome.output)
    if outcome.status != 0:
        sign = first_of([r"ERROR: (\w+Sanitizer: [\w-]+)", r"WARNING: (\w+Sanitizer: [\w -]+)",
                         r"runtime error: ([a-z -]*)", r"^\S+:\d+: (\w+: [^\n]*)$"],
                        outcome.errors)
        what = ("signal %d" % -outcome.status if outcome.status < 0
                else "exit status %d" % outcome.status)
        return Failure("program crashes", sign, what + "\n" + outcome.errors)
    if outcome.output == expected:
        return None
    if "leaked" in outcome.output and "leaked" not in expected:
        return Failure("program leaks", "leaked", outcome.output)
    return Failure("program differs", "", outcome.output)


def build(commands, folder, environment=None):
    """Runs the commands that make a program. None or the failure."""
    for command in commands:
        outcome = run(command, folder, COMPILER_LIMIT, environment)
        if outcome.status != 0:
            return compiler_failure(outcome)
    return None


def shell(commands):
    """The commands as a person types them."""
    return "".join(shlex.join(command) + "\n" for command in commands)


def programs_of(transcript):
    """Index to the lines that begin with it: { 3: ["program 3: ..."] }."""
    lines = {}
    for line in transcript.splitlines():
        found = re.match(r"program (\d+): ", line)
        if found:
            lines.setdefault(int(found.group(1)), []).append(line)
    return lines


def differences(output, expected):
    """The indices of the programs of which something else was printed; where the output ends early,
    only the first of those that are not there."""
    got, all_of_them = programs_of(output), programs_of(expected)
    missing = [index for index in all_of_them if index not in got]
    return sorted([index for index, lines in all_of_them.items()
                   if index in got and got[index] != lines] + missing[:1])
