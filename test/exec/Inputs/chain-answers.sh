#!/bin/sh
# Compiles bench/chain_layers.c in every variant and runs chain-answers.c.
#   sh chain-answers.sh 'CC WITH FLAGS' SOURCE_FOLDER SCRATCH
cc=$1 source=$2 scratch=$3
layers=$source/bench/chain_layers.c
rm -rf "$scratch" && mkdir -p "$scratch" && cd "$scratch" || exit 1
$cc -c "$layers" -DVERSION=chain_sequential -DSEQUENTIAL -o sequential.o &&
    $cc -c "$layers" -DVERSION=chain_linked -DCORO_NO_INLINE -o linked.o &&
    $cc -c "$layers" -DVERSION=chain_inlined -o inlined.o || exit 1
for variant in scheduler indirect eager told stack circular split; do
    $cc -c "$layers" -DVERSION=chain_$variant "-DVARIANT=\"variants/$variant.h\"" -o $variant.o ||
        exit 1
done
$cc "$source/test/exec/Inputs/chain-answers.c" ./*.o -o answers && ./answers
