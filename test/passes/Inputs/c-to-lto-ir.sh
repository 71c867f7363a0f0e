#!/bin/sh
# Prints the IR that a command prints, marked as bitcode for a link.
#   sh c-to-lto-ir.sh CLANG FLAGS... FILE.c
"$@" | sed -e 's/^!llvm\.module\.flags = !{/&!1000, /' \
    -e '$a !1000 = !{i32 1, !"EnableSplitLTOUnit", i32 0}'
