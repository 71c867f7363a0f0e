#!/bin/sh
# Compares the output of programs without LTO with that of full and thin LTO, and prints how many there were.
#   sh programs.sh 'CC WITH FLAGS' FILE.c...
cc=$1
shift
for source in "$@"; do
    for lto in -fno-lto -flto -flto=thin; do
        { $cc -O2 $lto "$source" -o program && ./program; } >"out$lto" 2>&1 || echo "$source fails with $lto"
        cmp -s "out$lto" out-fno-lto || echo "$source: other output with $lto"
    done
done
echo "$# programs"
