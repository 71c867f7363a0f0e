"""The ways in which a program can be compiled, and the commands for each."""
import copy
import functools
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))

# As the tests have them: a sanitizer's report is a failure, a leak too.
ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1",
    "LC_ALL": "C",
}

# A level stands as often as it is to be drawn.
LEVELS = ["-O0", "-O0", "-O1", "-O1", "-O2", "-O2", "-O2", "-O3", "-Os", "-Oz", "-Oz"]
SANITIZERS = [None] * 14 + ["address", "undefined", "address,undefined", "memory", "thread"]
# With AVX, clang crashes at an argument aligned to 32 bytes or more in a function that has an array
# of variable length, which lies anywhere, unless the whole stack is aligned so.
AVX = "-march=x86-64-v3 -mstack-alignment=64 -mstackrealign"
# Each is drawn with one chance in so many.
FLAGS = [
    ("-DCORO_NO_INLINE", 5),
    ("-DCORO_NO_POOL", 6),
    ("-g", 8),
    ("-fPIC", 8),
    ("-fexceptions", 12),
    ("-ftrivial-auto-var-init=pattern", 10),
    ("-fstack-protector-all", 16),
    ("-fno-omit-frame-pointer", 16),
    (AVX, 10),
    ("-fno-inline", 12),
    ("-fcf-protection=full", 16),
    ("-ffunction-sections", 16),
    ("-std=gnu23", 10),
]
INLINER = [
    "unroll=0", "unroll=1", "unroll=4", "limit=50", "limit=300", "callee=1", "callee=60",
    "small-callee=20", "targets=0", "targets=1", "targets=16", "unroll=3;unroll-limit=200",
    "limit=100000;callee=100000;unroll=3",
]
# What no program needs to be right.
OPTIONAL_PASSES = ["coro-devirt", "coro-forward-frames", "coro-fuse-returns", "coro-pack-slots",
                   "coro-reuse-frames", "coro-share-slots", "coro-sink-addresses"]


class Toolchain:
    """An LLVM and the build of the plugin for it."""

    def __init__(self, tools, build):
        self.tools, self.build = os.path.abspath(tools), os.path.abspath(build)
        self.clang = os.path.join(self.tools, "clang")
        version = subprocess.run([self.clang, "-dumpversion"], capture_output=True, text=True,
                                 check=True).stdout
        self.major = int(version.split(".")[0])
        self.plugin = os.path.join(self.build, "libCoroInline.so")
        self.linker = (["-fuse-ld=lld"] if os.path.exists(os.path.join(self.tools, "ld.lld"))
                       else [])

    def cc(self, link_time=False):
        name = "coroinline-lto.cfg" if link_time else "coroinline.cfg"
        return [self.clang, "--config=" + os.path.join(self.build, name)]

    def opt(self):
        return [os.path.join(self.tools, "opt"), "-load-pass-plugin=" + self.plugin]

    @functools.lru_cache(maxsize=None)
    def pipeline(self, level):
        """The passes that `opt` runs for a level, as text."""
        command = self.opt() + ["-passes=default<%s>" % level[1:], "-print-pipeline-passes",
                                "-disable-output", os.devnull]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def changed_pipeline(self, level, inliner, without):
        text = self.pipeline(level)
        if inliner:
            text, count = re.subn("coro-inline<[^>]*>", "coro-inline<%s>" % inliner, text)
            assert count == 1, text
        for name in without:
            text, count = re.subn(r"function\(%s\),|(?<=,)%s," % (name, name), "", text)
            assert count > 0, (name, text)
        return text


class Configuration:
    """One way. shape: "one" file, several "files", "lto" or "thin" LTO of several."""

    def __init__(self, toolchain, level, flags=(), sanitizer=None, shape="one", parts=1,
                 inliner=None, without=()):
        self.toolchain, self.level, self.flags = toolchain, level, list(flags)
        self.sanitizer, self.shape, self.parts = sanitizer, shape, parts
        self.inliner, self.without = inliner, list(without)

    def __str__(self):
        words = ["llvm-%d" % self.toolchain.major, self.level] + self.flags
        words += ["-fsanitize=" + self.sanitizer] if self.sanitizer else []
        words += ["-flto" + ("=thin" if self.shape == "thin" else "")] if self.links_late() else []
        words += ["%d files" % self.parts] if self.shape != "one" else []
        words += ["coro-inline<%s>" % self.inliner] if self.inliner else []
        words += ["without " + name for name in self.without]
        return " ".join(words)

    def links_late(self):
        return self.shape in ("lto", "thin")

    def goes_through_opt(self):
        return bool(self.inliner or self.without)

    def allocates_like_the_oracle(self):
        return self.level == "-O0" and {"-DCORO_NO_INLINE", "-DCORO_NO_POOL"} <= set(self.flags)

    def compiler_flags(self):
        flags = [self.level, "-w", "-fno-crash-diagnostics"] + " ".join(self.flags).split()
        if self.sanitizer:
            flags += ["-fsanitize=" + self.sanitizer, "-fno-sanitize-recover=all"]
        return flags

    def commands(self, source, support, program):
        """The commands that make the program, to be run in the folder of the source."""
        cc = self.toolchain.cc(self.links_late()) + self.compiler_flags() + ["-I" + HERE]
        if self.links_late():
            cc += ["-flto" + ("=thin" if self.shape == "thin" else "")]
        link = cc + ([] if self.links_late() else self.toolchain.linker)
        if self.shape == "one" and not self.goes_through_opt():
            return [link + [source, support, "-o", program]]
        commands, objects = [], []
        for part in range(self.parts) if self.shape != "one" else [None]:
            part_flags = [] if part is None else ["-DFUZZ_PART=%d" % part]
            stem = program + ("" if part is None else "-%d" % part)
            compiled = self.compile_by_opt if self.goes_through_opt() else self.compile
            commands += compiled(cc + part_flags, source, stem)
            objects.append(stem + ".o")
        return commands + [link + objects + [support, "-o", program]]

    def compile(self, cc, source, stem):
        return [cc + ["-c", source, "-o", stem + ".o"]]

    def compile_by_opt(self, cc, source, stem):
        passes = self.toolchain.changed_pipeline(self.level, self.inliner, self.without)
        # What these flags ask for, clang asks of LLVM's code generator by flags of its own.
        generator_flags = [flag for flag in self.flags if flag in ("-fPIC", "-ffunction-sections")]
        return [
            cc + ["-Xclang", "-disable-llvm-passes", "-emit-llvm", "-c", source, "-o", stem + ".bc"],
            self.toolchain.opt() + ["-passes=" + passes, stem + ".bc", "-o", stem + ".opt.bc"],
            [self.toolchain.clang, self.level, "-w"] + generator_flags
            + ["-Xclang", "-disable-llvm-passes", "-c", stem + ".opt.bc", "-o", stem + ".o"],
        ]

    def simpler(self):
        """Configurations that have one thing less."""
        for flag in self.flags:
            yield self.changed(flags=[other for other in self.flags if other != flag])
        if self.sanitizer:
            yield self.changed(sanitizer=None)
        if self.links_late():
            yield self.changed(shape="files")
        if self.shape != "one":
            yield self.changed(shape="one")
        if self.inliner:
            yield self.changed(inliner=None)
        for name in self.without:
            yield self.changed(without=[other for other in self.without if other != name])

    def changed(self, **changes):
        other = copy.copy(self)
        vars(other).update(changes)
        return other


def draw(random, toolchains, parts):
    """A configuration for programs of that many parts."""
    toolchain = random.choice(toolchains)
    level, sanitizer = random.choice(LEVELS), random.choice(SANITIZERS)
    flags = [flag for flag, chances in FLAGS if random.randrange(chances) == 0]
    shapes = ["one"] if parts == 1 else ["one", "files", "files"]
    # The documentation excludes ThinLTO at -O0, and says that sanitizers leave awaits linked.
    if parts > 1 and not sanitizer and toolchain.linker:
        shapes += ["lto", "lto"] + (["thin", "thin"] if level != "-O0" else [])
    shape = random.choice(shapes)
    inliner, without = None, []
    # The sanitizers' passes, and the link's, are in no pipeline that opt prints.
    if level != "-O0" and not sanitizer and shape in ("one", "files") and random.randrange(4) == 0:
        inliner = random.choice(INLINER + [None])
        without = [name for name in OPTIONAL_PASSES
                   if random.randrange(3) == 0 and name in toolchain.pipeline(level)]
    return Configuration(toolchain, level, flags, sanitizer, shape, parts, inliner, without)


def draw_for_failures(random, toolchains):
    """The one in which each frame is asked for as in the oracle, or any in which it is asked for."""
    if random.randrange(2) == 0:
        return Configuration(random.choice(toolchains), "-O0",
                             ["-DCORO_NO_INLINE", "-DCORO_NO_POOL"])
    return draw(random, toolchains, 1)


def support_commands(toolchain, sanitizer, output):
    """Compiles support.c to go with programs under that sanitizer."""
    flags = ["-fsanitize=" + sanitizer] if sanitizer else []
    return [toolchain.clang, "-O1", "-fPIC", *flags, "-c", os.path.join(HERE, "support.c"), "-o",
            output]


# Undefined behaviour and its neighbours: a reduced program must have none. Of these the compiler
# knows; the sanitizers in the oracle's build find the rest.
STRICT = ["-Wno-everything"] + ["-Werror=" + name for name in [
    "uninitialized", "sometimes-uninitialized", "conditional-uninitialized", "unsequenced",
    "return-type", "implicit-function-declaration", "implicit-int", "int-conversion",
    "incompatible-pointer-types", "incompatible-function-pointer-types", "array-bounds",
    "shift-count-overflow", "shift-count-negative", "division-by-zero", "format",
    "return-stack-address", "infinite-recursion", "missing-declarations", "null-dereference",
    "excess-initializers", "pointer-integer-compare", "compare-distinct-pointer-types",
    "invalid-noreturn", "undefined-internal", "strict-prototypes", "tautological-compare", "main",
    "main-return-type"]]


class Oracle:
    """The programs on stacks of their own."""

    def __init__(self, toolchain):
        self.toolchain = toolchain

    def command(self, flags, source, objects, program):
        return ([self.toolchain.clang] + flags + ["-fexceptions", "-DFUZZ_ORACLE", "-I" + HERE, source]
                + objects + self.toolchain.linker + ["-o", program])

    def object_commands(self, output_folder):
        """The parts of it that all programs share, and the objects."""
        commands, objects = [], []
        for name in ("oracle", "support"):
            objects.append(os.path.join(output_folder, name + "-for-oracle.o"))
            commands.append([self.toolchain.clang, "-O1", "-fexceptions", "-DFUZZ_ORACLE", "-c",
                             os.path.join(HERE, name + ".c"), "-o", objects[-1]])
        return commands, objects

    def sources(self):
        return [os.path.join(HERE, "oracle.c"), os.path.join(HERE, "support.c")]
