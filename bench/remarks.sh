#!/bin/sh
# Prints what the plugin inlined in the benchmark programs, and what not and why: its remarks, one a
# line.
#   bench/remarks.sh clang-22 build/llvm-22/coroinline.cfg
if [ $# -ne 2 ]; then
    echo "usage: $0 CLANG COROINLINE.CFG" >&2
    exit 2
fi
here=$(dirname "$0")
for source in chain_layers.c index_layers.c; do
    remarks=$("$1" --config="$2" -O3 -c -o /dev/null -fno-caret-diagnostics \
        -fno-diagnostics-show-option -Rpass=coro-inline -Rpass-missed=coro-inline \
        "$here/$source" 2>&1) || { echo "$remarks" >&2; exit 1; }
    echo "$remarks" | sed -n 's/^.*\/\([^/:]*\.c:[0-9]*\):[0-9]*: remark: /\1: /p'
done
