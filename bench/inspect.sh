#!/bin/sh
# Compares the resume functions of the depth-9 chain, inlined by the plugin, and of the one that was
# flattened by hand: calls, frame, machine instructions, and whether the optimised IR is the same.
#   bench/inspect.sh clang-22 build/llvm-22/coroinline.cfg
# Exit status 1: the inlined one calls something or has the larger frame.
if [ $# -ne 2 ]; then
    echo "usage: $0 CLANG COROINLINE.CFG" >&2
    exit 2
fi
here=$(dirname "$0")
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT

# What becomes no call in the machine code but has the form of one in the IR: LLVM's intrinsics, of
# which the prefetch alone does something.
calls_of() { # IR
    grep -E '\bcall\b' "$1" | grep -vE '@llvm\.' | grep -cv '^$'
}

# LLVM gives the resume function's parameter the size of the frame.
frame_of() { # IR
    sed -n '1s/.*dereferenceable(\([0-9]*\)).*/\1/p' "$1"
}

instructions_of() { # assembly
    grep -cE '^[[:space:]]+[a-z]' "$1"
}

for way in inlined flat; do
    flags=
    [ $way = flat ] && flags=-DTWO_LEVEL
    # shellcheck disable=SC2086 # none, or one
    "$1" --config="$2" -O3 $flags -S -emit-llvm -o "$scratch/$way.all.ll" "$here/chain_layers.c" &&
        "$1" --config="$2" -O3 $flags -S -o "$scratch/$way.all.s" "$here/chain_layers.c" || exit 2
    sed -n '/^define .*@lookup9\.resume(/,/^}/p' "$scratch/$way.all.ll" >"$scratch/$way.ll"
    sed -n '/^lookup9\.resume:/,/^\.Lfunc_end/p' "$scratch/$way.all.s" >"$scratch/$way.s"
    if [ ! -s "$scratch/$way.ll" ] || [ ! -s "$scratch/$way.s" ]; then
        echo "$0: $way: no lookup9.resume in what the compiler made" >&2
        exit 2
    fi
done

for way in inlined flat; do
    echo "lookup9.resume, $way: $(calls_of "$scratch/$way.ll") calls," \
        "$(grep -c '@llvm\.prefetch' "$scratch/$way.ll") prefetch," \
        "frame of $(frame_of "$scratch/$way.ll") bytes," \
        "$(instructions_of "$scratch/$way.s") instructions"
done
# Names of metadata and attribute groups are the file's.
for way in inlined flat; do
    sed 's/, ![a-z.]* ![0-9]*//g; s/ #[0-9]* / /' "$scratch/$way.ll" >"$scratch/$way.bare"
    # Without the names of values and blocks, in an order that does not depend on that of blocks.
    sed 's/^[0-9]*: .*/block/; s/%[0-9][0-9]*/%/g' "$scratch/$way.bare" | sort >"$scratch/$way.sorted"
done
if cmp -s "$scratch/inlined.bare" "$scratch/flat.bare"; then
    echo "the optimised IR of both is the same"
elif cmp -s "$scratch/inlined.sorted" "$scratch/flat.sorted"; then
    echo "the optimised IR of both has the same instructions, with the blocks in another order"
else
    echo "the optimised IR of both differs"
fi
[ "$(calls_of "$scratch/inlined.ll")" -eq 0 ] &&
    [ "$(frame_of "$scratch/inlined.ll")" -le "$(frame_of "$scratch/flat.ll")" ]
