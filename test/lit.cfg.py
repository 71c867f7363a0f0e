# lit's configuration: run the tests with ./dev test, or one of them with
#   lit-22 -v build/llvm-22/test/passes/NAME.ll
import os
import shutil
import sys

sys.path.insert(0, os.path.join(config.coroinline_source, "test"))
from without_blanks import Test, without_blanks

config.name = "CoroInline"
source = without_blanks(config.coroinline_source)
build = without_blanks(config.coroinline_build)
# ./dev break runs a test in two ways at once.
scratch = lit_config.params.get("scratch", os.path.join(build, "test"))
config.test_format = Test(source, scratch)
config.test_source_root = os.path.join(source, "test")
config.test_exec_root = scratch
config.suffixes = [".c", ".cpp", ".ll", ".test"]
config.excludes = ["Inputs", "consumer"]

config.environment["PATH"] = config.llvm_tools + os.pathsep + os.environ["PATH"]
# A sanitizer's report is a failure, a leak too.
config.environment["ASAN_OPTIONS"] = "detect_leaks=1:detect_stack_use_after_return=1"
config.environment["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
# What test/break/run.py says.
for name in ["COROINLINE_BROKEN", "COROINLINE_REACHED", "COROINLINE_CRASHED", "COROINLINE_SPLIT",
             "COROINLINE_PLACES", "TMPDIR", "LLVM_DISABLE_SYMBOLIZATION"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
if config.coverage:
    config.environment["LLVM_PROFILE_FILE"] = os.path.join(build, "coverage", "%m%c.profraw")

config.available_features.add("llvm-%d" % config.llvm_major)
other = {22: 19, 19: 22}[config.llvm_major]
other_home = "/usr/lib/llvm-%d" % other
if all(os.path.exists(os.path.join(other_home, part))
       for part in ["bin/opt", "bin/clang++", "lib/cmake/llvm/LLVMConfig.cmake"]):
    config.available_features.add("other-llvm")
if os.path.exists(os.path.join(config.llvm_tools, "ld.lld")):
    config.available_features.add("lld")
# Debian's C library for AArch64, without the gcc that belongs to it.
aarch64 = "/usr/aarch64-linux-gnu"
aarch64_parts = ["crt1.o", "crti.o", "crtn.o", "libc.so.6", "libc_nonshared.a", "libgcc_s.so.1"]
aarch64_link = [os.path.join(aarch64, "lib", part) for part in aarch64_parts]
if (shutil.which("qemu-aarch64") and "lld" in config.available_features
        and os.path.exists(aarch64 + "/include/stdio.h")
        and all(os.path.exists(part) for part in aarch64_link)):
    config.available_features.add("aarch64")
if (all(shutil.which("qemu-" + arch)
        for arch in ["x86_64", "i386", "aarch64", "arm", "riscv64", "s390x", "ppc64le"])
        and "lld" in config.available_features):
    config.available_features.add("qemu-user")
if shutil.which("valgrind"):
    config.available_features.add("valgrind")
if shutil.which("clang-format-22"):
    config.available_features.add("clang-format")
if shutil.which("cvise"):
    config.available_features.add("cvise")
# ./dev test builds them, the suite where there is Google Benchmark.
for program in ["suite", "masstree", "bwtree", "ycsb", "tpcc"]:
    if os.path.exists(os.path.join(config.coroinline_build, "bench", program)):
        config.available_features.add(program)
if "suite" in config.available_features:
    config.available_features.update("suite-" + peer.lower()
                                     for peer, there in config.suite_peers.items() if there)
if shutil.which("gnuplot"):
    config.available_features.add("gnuplot")
if shutil.which("pkg-config"):
    config.available_features.add("pkg-config")

clang = os.path.join(config.llvm_tools, "clang")
target_cc = ("%s -Xclang -fcoroutines -fpass-plugin=%s/libCoroInline.so -isystem %s/include"
             % (clang, build, source))
c_to_ir = ("%s --config=%s/coroinline.cfg -O1 -Xclang -disable-llvm-passes -S -emit-llvm -o -"
           % (clang, build))
# Opt with the plugin; clang as a user calls it; clang without anything of ours.
config.substitutions += [
    ("%opt", "opt -load-pass-plugin=%s/libCoroInline.so" % build),
    ("%cc", "%s --config=%s/coroinline.cfg" % (clang, build)),
    ("%target-cc", target_cc),
    ("%aarch64-cc", target_cc + " --target=aarch64-linux-gnu -mno-outline-atomics -isystem "
     + aarch64 + "/include"),
    ("%aarch64-link", "-nostdlib -fuse-ld=lld -Wl,--dynamic-linker=/lib/ld-linux-aarch64.so.1 "
     + " ".join(aarch64_link)),
    ("%aarch64-run", "qemu-aarch64 -L " + aarch64),
    ("%lto-cc", "%s --config=%s/coroinline-lto.cfg" % (clang, build)),
    ("%bare-clang", clang),
    ("%remarks-at-link", " ".join("-Wl,-mllvm,-pass-remarks%s=coro-inline" % kind for kind in ["", "-missed"])),
    # What clang makes of a C file for the passes, before any pass.
    ("%c-to-ir", c_to_ir),
    # The same with LTO: clang says that only where it runs passes.
    ("%c-to-lto-ir", "sh %s/passes/Inputs/c-to-lto-ir.sh %s" % (config.test_source_root, c_to_ir)),
    ("%plugin", "%s/libCoroInline.so" % build),
    ("%include", "%s/include" % source),
    ("%build", build),
    ("%source", source),
    ("%cmake", config.cmake),
    ("%llvm-major", str(config.llvm_major)),
    # What llvm.coro.end gives.
    ("%coro-end-type", "void" if config.llvm_major >= 22 else "i1"),
    ("%other-llvm", other_home + "/bin"),
    ("%other-major", str(other)),
    ("%suite", "%s/bench/suite" % build),
    ("%llvm-tools", config.llvm_tools),
    # What --check says of a workload, if all is right.
    ("%every-variant", "FileCheck %s/suite/Inputs/every-variant.txt --check-prefixes=CHECK,LLVM%d,%s "
     "--allow-unused-prefixes --implicit-check-not='{{[1-9][0-9]*}} wrong'"
     % (config.test_source_root, config.llvm_major,
        ",".join(("" if there else "NO-") + peer for peer, there in config.suite_peers.items()))),
    ("%mode", "sh %s/modes/Inputs/mode.sh '%s --config=%s/coroinline.cfg -w' %%t"
     % (config.test_source_root, clang, build)),
    ("%mutate", "%s/test/mutate/coroinline-mutate" % build),
    ("%gdb", "sh %s/debug/Inputs/gdb.sh %s/debug/coroinline_gdb.py" % (config.test_source_root, source)),
    ("%python", sys.executable),
    ("%fuzz", "%s %s/fuzz/fuzz.py --with %s %s"
     % (sys.executable, config.test_source_root, config.llvm_tools, build)),
    ("%everywhere", "sh %s/exec/everywhere.sh '%s --config=%s/coroinline.cfg' %%t"
     % (config.test_source_root, clang, build)),
]
