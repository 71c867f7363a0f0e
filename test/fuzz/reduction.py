"""Makes a small file of a failure: one program, then cvise, and llvm-reduce where a pass crashes."""
import os
import re
import shlex
import shutil
import tempfile

from configurations import STRICT
from running import (COMPILER_LIMIT, PROGRAM_LIMIT, build, program_failure, run, run_silently,
                     shell)

# Seconds that a reduced program may take; what cvise makes of one may run for ever.
SMALL_LIMIT = 20


def keep(case, whole, workshop, output, reduce_seconds, is_new):
    """Writes SEED-PROGRAM.c and .txt, reduced if it is the first of its kind. Their path."""
    os.makedirs(output, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="reduce-", dir=workshop.scratch)
    case = narrow(case, whole, workshop, folder)
    if is_new and case.configuration:
        case = with_less(case, workshop, folder)
    path = free_path(output, case.batch)
    with open(path + ".txt", "w") as file:
        file.write(description(case, workshop))
    shutil.copy(os.path.join(folder, "programs.c"), path + ".c")
    if is_new and case.configuration and reduce_seconds and shutil.which("cvise"):
        reduce(case, workshop, folder, path, reduce_seconds)
    shutil.rmtree(folder, ignore_errors=True)
    return path + ".c"


def free_path(output, batch):
    stem = os.path.join(output, batch.name())
    path, number = stem, 1
    while os.path.exists(path + ".txt"):
        number += 1
        path = "%s-%d" % (stem, number)
    return path


# ---- One program ---------------------------------------------------------------------------------

def narrow(case, whole, workshop, folder):
    """The case with one program in the file, if that fails in the same way; leaves it there as
    programs.c."""
    for batch in case.batch.candidates(case.failure.is_of_compiler()):
        narrowed = case.of(batch)
        failure = failure_of(narrowed, workshop, folder)
        if case.failure.is_like(failure):
            return narrowed
    narrowed = case.of(whole)
    whole.write(workshop, folder)
    return narrowed


def with_less(case, workshop, folder):
    """The case without what is not needed of the configuration."""
    while True:
        for configuration in case.configuration.simpler():
            simpler = case.of(case.batch, configuration)
            if case.failure.is_like(failure_of(simpler, workshop, folder)):
                case = simpler
                break
        else:
            return case


def failure_of(case, workshop, folder):
    failure = (case.batch.write(workshop, folder)
               or workshop.make_oracle(folder, case.environment))
    if failure:
        return failure
    expected = run([os.path.join(folder, "oracle")], folder, PROGRAM_LIMIT, case.environment)
    if not case.configuration:
        return program_failure(expected, "")
    failure = workshop.make(case.configuration, folder, case.environment)
    if failure:
        return failure
    outcome = run([os.path.join(folder, "program")], folder, PROGRAM_LIMIT, case.environment)
    return program_failure(outcome, expected.output)


# ---- What a person needs -------------------------------------------------------------------------

def exports(environment):
    return "".join("export %s=%s\n" % (name, shlex.quote(value))
                   for name, value in sorted(environment.items()))


def description(case, workshop):
    lines = ["%s\n" % case, "\n", "# how the program was made\n",
             "%s >programs.c\n" % case.batch]
    oracle = workshop.oracle
    lines += ["\n# what it has to print\n", exports(case.environment),
              shell([oracle.command(["-O0", "-w"], "programs.c", oracle.sources(), "oracle")]),
              "./oracle -v\n"]
    if case.configuration:
        support = workshop.oracle.sources()[1]
        lines += ["\n# how it fails (support.c by itself, without the flags of LTO)\n",
                  shell(case.configuration.commands("programs.c", support, "program")),
                  "./program -v\n"]
    return "".join(lines) + "\n" + case.failure.details[:20000]


# ---- Reduction -----------------------------------------------------------------------------------

JUDGE = """\
#!/bin/sh
# Status 0 where programs.c, in the folder in which this is called, is without undefined behaviour
# as far as that can be told, and still fails in the same way: {failure}
export LC_ALL=C {settings}
{exports}{strict} || exit 1
{oracle} || exit 1
timeout {limit} ./oracle >expected 2>/dev/null || exit 1
grep -q leaked expected && exit 1
make_program() {{
{commands}
}}
{judgement}
{address} && timeout {limit} ./watched >again 2>/dev/null && cmp -s again expected || exit 1
{memory} && timeout {limit} ./watched >again 2>/dev/null && cmp -s again expected || exit 1
exit 0
"""

RUN_IT = """make_program >/dev/null 2>&1 || exit 1
timeout {limit} ./program >got 2>errors
status=$?
"""


def judgement(failure, reference):
    sign = "grep -qF -e %s errors || exit 1\n" % shlex.quote(failure.sign) if failure.sign else ""
    run_it = RUN_IT.format(limit=SMALL_LIMIT)
    crashed = "grep -qF -e 'Stack dump:' -e 'PLEASE submit' errors"
    return {
        "compiler crashes": "make_program >/dev/null 2>errors && exit 1\n%s || exit 1\n%s"
                            % (crashed, sign),
        "compiler complains": "make_program >/dev/null 2>errors && exit 1\n%s && exit 1\n%s"
                              % (crashed, sign),
        "compiler hangs": "make_program >/dev/null 2>errors\n[ $? -eq 124 ] || exit 1\n",
        "program hangs": run_it + "[ $status -eq 124 ] || exit 1\n",
        "program crashes": run_it + "[ $status -ne 0 ] && [ $status -ne 124 ] || exit 1\n" + sign
                           + ("" if failure.sign else "[ $status -eq %d ] || exit 1\n" % reference),
        "program leaks": run_it + "[ $status -eq 0 ] && grep -q leaked got || exit 1\n",
        "program differs": run_it + "[ $status -eq 0 ] || exit 1\ncmp -s got expected && exit 1\n"
                           "grep -q leaked got && exit 1\n",
    }[failure.kind]


def shell_status(failure):
    """The status that sh gives to the program that failed."""
    found = re.match(r"signal (\d+)|exit status (\d+)", failure.details)
    if not found:
        return 0
    return 128 + int(found.group(1)) if found.group(1) else int(found.group(2))


def watched_level(folder):
    """Of the builds with sanitizers. The oracle's stacks move between threads, of which optimised code
    knows nothing."""
    with open(os.path.join(folder, "programs.c")) as file:
        return "-O0" if "fuzz_elsewhere(" in file.read() else "-O1"


def judge_text(case, workshop, folder):
    """The script that tells cvise whether a smaller program is still a case of the failure."""
    oracle, configuration = workshop.oracle, case.configuration
    watched = {}
    for name, sanitizer in (("address", "address,undefined"), ("memory", "memory")):
        flags = [watched_level(folder), "-fsanitize=" + sanitizer, "-fno-sanitize-recover=all"]
        objects = []
        for source in oracle.sources():
            objects.append(os.path.join(folder, "%s-%s.o" % (name, os.path.basename(source))))
            workshop.must([[oracle.toolchain.clang, *flags, "-fexceptions", "-DFUZZ_ORACLE", "-c",
                            source, "-o", objects[-1]]])
        watched[name] = shlex.join(oracle.command(flags + ["-w"], "programs.c", objects, "watched"))
    support = workshop.support(configuration.toolchain, configuration.sanitizer)
    commands = [shlex.join(command)
                for command in configuration.commands("programs.c", support, "program")]
    if case.failure.kind == "compiler hangs":
        commands = ["timeout %d %s" % (2 * SMALL_LIMIT, command) for command in commands]
    return JUDGE.format(
        failure=case.failure, exports=exports(case.environment), limit=SMALL_LIMIT,
        settings=" ".join("%s=%s" % (name, shlex.quote(value)) for name, value in
                          sorted(workshop.settings().items())),
        strict=shlex.join(oracle.command(STRICT + ["-fsyntax-only"], "programs.c", [], "none"))
        + " 2>/dev/null",
        oracle=shlex.join(oracle.command(["-O0", "-w"], "programs.c", workshop.oracle_objects,
                                         "oracle")) + " 2>/dev/null",
        commands="\n".join("    %s || return" % command for command in commands),
        judgement=judgement(case.failure, shell_status(case.failure)),
        address=watched["address"] + " 2>/dev/null", memory=watched["memory"] + " 2>/dev/null")


def write_script(path, text):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o755)


def note(path, text):
    with open(path + ".txt", "a") as file:
        file.write("\n%s\n" % text)


def reduce(case, workshop, folder, path, seconds):
    judge = os.path.join(folder, "judge.sh")
    write_script(judge, judge_text(case, workshop, folder))
    place = os.path.join(folder, "cvise")
    os.makedirs(place)
    source = os.path.join(place, "programs.c")
    shutil.copy(os.path.join(folder, "programs.c"), source)
    if run([judge], place, COMPILER_LIMIT).status != 0:
        shutil.copy(judge, path + ".sh")
        note(path, "not reduced: the script that judges smaller programs rejects this one")
        return
    # So that cvise's own clang can read the file: as the oracle sees it.
    headers = os.path.join(folder, "headers")
    os.makedirs(headers)
    with open(os.path.join(headers, "fuzz.h"), "w") as file:
        file.write('#define FUZZ_ORACLE\n#include "%s"\n'
                   % os.path.join(os.path.dirname(os.path.abspath(__file__)), "fuzz.h"))
    before = os.path.getsize(source)
    status = run_silently(["cvise", "--n", "1", "--timeout", str(10 * SMALL_LIMIT), judge, "programs.c"],
                     place, seconds,
                     {"CVISE_INCLUDE_PATH": headers, "TMPDIR": folder, **case.environment})
    shutil.copy(source, path + ".c")
    note(path, "reduced from %d to %d bytes%s" % (before, os.path.getsize(source),
                                                  "" if status == 0 else " in the time given"))
    if case.failure.kind == "compiler crashes":
        reduce_ir(case, workshop, place, path, seconds)


def reduce_ir(case, workshop, place, path, seconds):
    """The IR that the passes are given, for a crash that opt has, too."""
    configuration = case.configuration
    toolchain = configuration.toolchain
    level = configuration.level if configuration.level != "-O0" else "-O1"
    passes = toolchain.changed_pipeline(level, configuration.inliner, configuration.without)
    compile_it = (toolchain.cc() + configuration.compiler_flags()
                  + ["-I" + os.path.dirname(os.path.abspath(__file__)), level, "-Xclang",
                     "-disable-llvm-passes", "-S", "-emit-llvm", "programs.c", "-o", "input.ll"])
    judge = os.path.join(place, "judge-ir.sh")
    write_script(judge, "#!/bin/sh\n%s \"$1\" 2>errors >/dev/null && exit 1\ngrep -qF -e %s errors\n"
                 % (shlex.join(toolchain.opt() + ["-passes=" + passes, "-disable-output"]),
                    shlex.quote(case.failure.sign or "Stack dump:")))
    if build([compile_it], place, case.environment) or run([judge, "input.ll"], place, COMPILER_LIMIT).status != 0:
        note(path, "no IR: opt does not crash with what clang gives it")
        return
    status = run_silently([os.path.join(toolchain.tools, "llvm-reduce"), "--test=" + judge, "input.ll",
                           "-o", "reduced.ll"], place, seconds, {})
    original, reduced = os.path.join(place, "input.ll"), os.path.join(place, "reduced.ll")
    if not os.path.exists(reduced):
        reduced = original
    shutil.copy(reduced, path + ".ll")
    note(path, "IR reduced from %d to %d bytes%s" % (os.path.getsize(original), os.path.getsize(reduced),
                                                     "" if status == 0 else " in the time given"))
