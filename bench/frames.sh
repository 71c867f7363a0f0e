#!/bin/sh
# Prints the bytes of a task's frame for each program, with a field for each value that lives across a
# suspend, as CoroSplit lays it out, and with shared slots; what it takes in coro_interleave's slots,
# with what belongs to the slot, where it lies there; the tasks flattened by hand beside the inlined
# ones; and what a state machine in plain C needs. All are the compiler's figures.
#   bench/frames.sh clang-22 build/llvm-22/coroinline.cfg
if [ $# -ne 2 ]; then
    echo "usage: $0 CLANG COROINLINE.CFG" >&2
    exit 2
fi
cc=$1 cfg=$2
here=$(dirname "$0")

# Leaves the pass out, which LLVM 19 has no way to ask for.
without='-mllvm -opt-disable=coro-share-slots'
# shellcheck disable=SC2086 # two words
"$cc" $without -x c -c -o /dev/null /dev/null 2>/dev/null || without=

# frame SOURCE COROUTINE [FLAG...]: its bytes
frame() {
    source=$1 coroutine=$2
    shift 2
    remarks=$("$cc" --config="$cfg" -O3 -w -c -o /dev/null -Rpass-analysis=coro-inline "$@" \
        "$here/$source" 2>&1) || { echo "$remarks" >&2; exit 1; }
    echo "$remarks" | sed -n "s/.*'$coroutine': frame of \([0-9]*\) bytes.*/\1/p" | head -n 1
}

# slot SOURCE DRIVER [FLAG...]: its bytes, where the frame lies in one
slot() {
    source=$1 driver=$2
    shift 2
    remarks=$("$cc" --config="$cfg" -O3 -w -c -o /dev/null -Rpass=coro-pack-slots "$@" \
        "$here/$source" 2>&1) || { echo "$remarks" >&2; exit 1; }
    echo "$remarks" | sed -n "s/.* in '$driver' have \([0-9]*\) now.*/\1/p" | head -n 1
}

states=$("$cc" -O1 -w -S -o - "$here/frames_states.c") || exit 1
# size_of SYMBOL: its bytes, by the assembly that is read
size_of() {
    sed -n "s/^[[:space:]]*\.size[[:space:]]*$1, *\([0-9]*\).*/\1/p"
}
# state NAME: the bytes of the struct
state() {
    echo "$states" | size_of "$1_state"
}

# suite_state NAME: the bytes of what the suite's state machine keeps of an operation
suite_state() {
    printf '#include "%s_steps.h"\nstruct all { struct slot slot; size_t number; };\nchar suite_state[sizeof(struct all)];\n' "$1" |
        "$cc" -O1 -w -x c -I "$here/suite" -S -o - - | size_of suite_state
}

# row TITLE SOURCE COROUTINE DRIVER STATE [FLAG...]
row() {
    title=$1 source=$2 coroutine=$3 driver=$4 state=$5
    shift 5
    case $state in
    suite/*) state=$(suite_state "${state#suite/}") ;;
    ?*) state=$(state "$state") ;;
    esac
    fields=-
    # shellcheck disable=SC2086 # two words
    [ -z "$without" ] || fields=$(frame "$source" "$coroutine" $without "$@")
    printf '%-30s %12s %12s %12s %14s\n' "$title" "$fields" \
        "$(frame "$source" "$coroutine" "$@")" "$(slot "$source" "$driver" "$@")" \
        "$state"
}

printf '%-30s %12s %12s %12s %14s\n' 'bytes' 'field each' 'shared' 'in a slot' 'state machine'
for depth in 1 2 3 4 5 6 7 8 9; do
    row "chain, $depth deep" chain_layers.c "lookup$depth" "run$depth" chain
done
row 'chain, flat' chain_layers.c lookup1 run1 chain -DTWO_LEVEL
row 'chain, linked: the root' chain_layers.c lookup1 run1 '' -DCORO_NO_INLINE
row 'index' index_layers.c lookup run index
row 'index, flat' index_layers.c lookup run index -DTWO_LEVEL
row 'index, linked: the root' index_layers.c lookup run '' -DCORO_NO_INLINE
row 'tree: three levels a frame' tree_layers.c walk run ''
row 'tree, flat' tree_layers.c walk run tree -DTWO_LEVEL
row 'tree, linked: a level' tree_layers.c walk run '' -DCORO_NO_INLINE
row 'phases' ../test/exec/phases.c lookup main phases
row 'phases, linked: the root' ../test/exec/phases.c lookup main '' -DCORO_NO_INLINE
for name in search join bst skiplist groupby btree range art bfs pagerank; do
    row "suite, $name" "suite/${name}_layers.c" "[^']*" fused "suite/$name" -DVERSION=fused
done
