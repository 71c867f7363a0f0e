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
config.test_format = Test(source, build)
config.test_source_root = os.path.join(source, "test")
config.test_exec_root = os.path.join(build, "test")
config.suffixes = [".c", ".cpp", ".ll", ".test"]
config.excludes = ["Inputs", "consumer"]

config.environment["PATH"] = config.llvm_tools + os.pathsep + os.environ["PATH"]
# A sanitizer's report is a failure, a leak too.
config.environment["ASAN_OPTIONS"] = "detect_leaks=1:detect_stack_use_after_return=1"
config.environment["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"

config.available_features.add("llvm-%d" % config.llvm_major)
other = {22: 19, 19: 22}[config.llvm_major]
other_home = "/usr/lib/llvm-%d" % other
if all(os.path.exists(os.path.join(other_home, part))
       for part in ["bin/opt", "bin/clang++", "lib/cmake/llvm/LLVMConfig.cmake"]):
    config.available_features.add("other-llvm")
if os.path.exists(os.path.join(config.llvm_tools, "ld.lld")):
    config.available_features.add("lld")
if shutil.which("pkg-config"):
    config.available_features.add("pkg-config")

clang = os.path.join(config.llvm_tools, "clang")
# Opt with the plugin; clang as a user calls it; clang without anything of ours.
config.substitutions += [
    ("%opt", "opt -load-pass-plugin=%s/libCoroInline.so" % build),
    ("%cc", "%s --config=%s/coroinline.cfg" % (clang, build)),
    ("%bare-clang", clang),
    # What clang makes of a C file for the passes, before any pass.
    ("%c-to-ir", "%s --config=%s/coroinline.cfg -O1 -Xclang -disable-llvm-passes -S -emit-llvm -o -"
     % (clang, build)),
    ("%plugin", "%s/libCoroInline.so" % build),
    ("%include", "%s/include" % source),
    ("%build", build),
    ("%source", source),
    ("%cmake", config.cmake),
    ("%llvm-major", str(config.llvm_major)),
    ("%other-llvm", other_home + "/bin"),
    ("%other-major", str(other)),
    ("%gdb", "sh %s/debug/Inputs/gdb.sh %s/debug/coroinline_gdb.py" % (config.test_source_root, source)),
    ("%everywhere", "sh %s/exec/everywhere.sh '%s --config=%s/coroinline.cfg' %%t"
     % (config.test_source_root, clang, build)),
]
