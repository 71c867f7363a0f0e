# Counts the instructions that clang executes for a large C file without coroutines, SQLite in one file,
# with the plugin and without, and compares what it writes. Fails where the plugin costs more than 1%
# or changes a byte.
#   sh bench/compile_time.sh clang-22 build/llvm-22/libCoroInline.so SCRATCH [LEVEL...]
# Needs valgrind, make, tclsh and apt with Debian's source packages; a level takes valgrind from minutes
# (-O0) to half an hour (-O2).
if [ $# -lt 3 ]; then
    echo "usage: $0 CLANG PLUGIN SCRATCH [LEVEL...]" >&2
    exit 2
fi
clang=$1 plugin=$2 scratch=$3
shift 3
[ $# -gt 0 ] || set -- -O0 -O2
. "$(dirname -- "$0")/source_package.sh"

die() {
    echo "compile_time: $*" >&2
    exit 1
}

amalgamation() {
    source_package sqlite3 || die 'the source package of sqlite3 could not be had'
    mkdir -p tree && tar xf sqlite3_*.orig.tar.xz -C tree --strip-components=1 || die 'it does not unpack'
    (cd tree && CC=$clang sh configure --disable-tcl --disable-readline && make sqlite3.c) >log 2>&1 ||
        die "SQLite does not configure: $PWD/log"
    cp tree/sqlite3.c . || die 'no sqlite3.c'
}

# compile LEVEL OUTPUT [FLAG]: prints the number of instructions. The compiler is one process under
# valgrind: what the driver would start.
compile() {
    level=$1 output=$2
    shift 2
    job=$($clang "$level" "$@" -c sqlite3.c -o "$output" '-###' 2>&1 | sed -n 's/^ "\(.*-cc1.*\)$/"\1/p')
    eval "valgrind --tool=exp-bbv --instr-count-only=yes --interval-size=2000000000 \
        --bb-out-file=bb --pc-out-file=pc $job" >counts 2>&1 || die "$(tail -3 counts)"
    sed -n 's/.*Total instructions: *\([0-9]*\).*/\1/p' counts
}

case $plugin in /*) ;; *) plugin=$PWD/$plugin ;; esac
mkdir -p "$scratch" && cd "$scratch" || exit 1
[ -e sqlite3.c ] || amalgamation
status=0
for level in "$@"; do
    without=$(compile "$level" without.o) && with=$(compile "$level" with.o "-fpass-plugin=$plugin") || exit 1
    awk -v level="$level" -v without="$without" -v with="$with" 'BEGIN {
        printf "sqlite3.c %s: %.0f instructions, with the plugin %.0f: %+.3f%%\n",
               level, without, with, 100 * (with / without - 1)
        exit with > 1.01 * without }' || status=1
    cmp without.o with.o || status=1
done
exit $status
