# lit's configuration: run the tests with ./dev test, or one of them with
#   lit-22 -v build/llvm-22/test/passes/NAME.ll
import os

import lit.formats

config.name = "CoroInline"
config.test_format = lit.formats.ShTest(execute_external=True)
config.test_source_root = os.path.dirname(__file__)
config.suffixes = [".c", ".cpp", ".ll", ".test"]
config.excludes = ["Inputs", "consumer"]

build = config.coroinline_build
config.environment["PATH"] = config.llvm_tools + os.pathsep + os.environ["PATH"]
# A sanitizer's report is a failure, a leak too.
config.environment["ASAN_OPTIONS"] = "detect_leaks=1:detect_stack_use_after_return=1"
config.environment["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"

config.available_features.add("llvm-%d" % config.llvm_major)
other = {22: 19, 19: 22}[config.llvm_major]
if os.path.exists("/usr/lib/llvm-%d/bin/opt" % other):
    config.available_features.add("other-llvm")

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
    ("%include", "%s/include" % config.coroinline_source),
    ("%build", build),
    ("%source", config.coroinline_source),
    ("%cmake", config.cmake),
    ("%llvm-major", str(config.llvm_major)),
    ("%other-llvm", "/usr/lib/llvm-%d/bin" % other),
    ("%everywhere", "sh %s/exec/everywhere.sh '%s --config=%s/coroinline.cfg' %%t"
     % (config.test_source_root, clang, build)),
]
