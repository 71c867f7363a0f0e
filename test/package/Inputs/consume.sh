#!/bin/sh
# Builds and runs the consumer project in every way against an installed tree.
#   sh consume.sh PREFIX SCRATCH LLVM-MAJOR CLANG CMAKE
set -e
prefix=$1 scratch=$2 major=$3 clang=$4 cmake=$5
consumer=$(dirname "$0")/../consumer
plugindir=$prefix/lib/coroinline/llvm-$major
mkdir -p "$scratch"

echo '== CMake'
"$cmake" -S "$consumer" -B "$scratch/cmake" -G Ninja -DCMAKE_C_COMPILER="$clang" \
    -DCMAKE_CXX_COMPILER="$clang++" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
"$cmake" --build "$scratch/cmake" --verbose
"$scratch/cmake/consumer"

"$clang++" -c "$consumer/plain.cpp" -o "$scratch/plain.o"

echo '== pkg-config'
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
# The output is written for a shell to read: blanks in it are escaped.
eval "\"\$clang\" -Werror -O2 -Rpass=coro-inline $(pkg-config --cflags "coroinline-$major") \
    \"\$consumer/main.c\" \"\$scratch/plain.o\" $(pkg-config --libs "coroinline-$major") \
    -o \"\$scratch/by-pkg-config\""
"$scratch/by-pkg-config"

echo '== coroinline.cfg'
"$clang" --config="$plugindir/coroinline.cfg" -Werror -O2 -Rpass=coro-inline \
    "$consumer/main.c" "$scratch/plain.o" -o "$scratch/by-cfg"
"$scratch/by-cfg"

echo '== gdb'
gdb -nx -batch -ex "source $prefix/share/coroinline/coroinline_gdb.py" -ex 'help coro-bt' 2>&1
