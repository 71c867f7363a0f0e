# Programs and libraries without coroutines of coro.h, from Debian's source packages, compiled with the
# plugin and without: every object must be the same, byte for byte. Their own tests are then run as
# the plugin has built them.
#   sh test/bystanders.sh clang-22 build/llvm-22/libCoroInline.so SCRATCH [lua|zstd|sqlite|asio...]
# Needs make, tclsh, Tcl's headers and apt with Debian 12's source packages.
if [ $# -lt 3 ]; then
    echo "usage: $0 CLANG PLUGIN SCRATCH [lua|zstd|sqlite|asio...]" >&2
    exit 2
fi
clang=$1 plugin=$2 scratch=$3
shift 3
[ $# -gt 0 ] || set -- lua zstd sqlite asio
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
. "$here/../bench/source_package.sh"

die() {
    echo "bystanders: $*" >&2
    exit 1
}

# sources PACKAGE [PATTERN...]: its files, or those that match, in a folder of the project's name.
sources() {
    package=$1
    shift
    [ -e "$name/.unpacked" ] && return
    [ -e "$(echo "$package"_*.orig.tar.*z*)" ] || source_package "$package" ||
        die "the source package $package could not be had"
    mkdir -p "$name" &&
        tar xf "$package"_*.orig.tar.[gx]z -C "$name" --strip-components=1 --wildcards "$@" &&
        : >"$name/.unpacked" || die "$package does not unpack"
}

# compare LEVELS COMPILER FLAG... -- FILE...: compiles each file at each level, in both ways.
compare() {
    levels=$1 same=0 other=0 command=''
    shift
    while [ "$1" != -- ]; do
        command="$command $1"
        shift
    done
    shift
    for file; do
        IFS=';'
        for level in $levels; do
            unset IFS
            # shellcheck disable=SC2086 # a command with flags
            $command $level -w -c "$file" -o object.o && mv object.o without.o &&
                $command $level -w "-fpass-plugin=$plugin" -c "$file" -o object.o ||
                die "$file does not compile with $level"
            if cmp -s without.o object.o; then
                same=$((same + 1))
            else
                other=$((other + 1))
                echo "$name: $file differs at $level"
                status=1
            fi
        done
    done
    echo "$name: $same objects are the same, $other differ ($levels)"
}

# tests WHAT COMMAND...: a project's own tests.
tests() {
    what=$1
    shift
    if "$@" >"$scratch/$name.log" 2>&1; then
        echo "$name: $what: passed"
    else
        echo "$name: $what: failed: see $scratch/$name.log"
        status=1
    fi
}

all='-O0;-O2;-O2 -g;-O3 -flto=thin'

run_lua() {
    sources lua5.4 && cd lua || exit 1
    compare "$all" "$clang" -std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -- src/*.c
    tests 'make test' make linux test "CC=$clang -fpass-plugin=$plugin" MYLIBS=-Wl,-E
}

run_zstd() {
    sources libzstd && cd zstd || exit 1
    compare "$all" "$clang" -DZSTD_MULTITHREAD -DZSTD_LEGACY_SUPPORT=4 -Ilib -Ilib/common -Ilib/legacy -- \
        lib/common/*.c lib/compress/*.c lib/decompress/*.c lib/dictBuilder/*.c lib/legacy/*.c
    tests 'fuzzer and round trips' make -C tests test-fuzzer test-zstream "CC=$clang -fpass-plugin=$plugin" \
        FUZZER_FLAGS='-i200 --no-big-tests' FUZZERTEST=-i200 ZSTREAM_TESTTIME=-i50
}

# Runs a command that is not to get past the permissions of files, also where this is root.
without_privileges() {
    [ "$(id -u)" -ne 0 ] || set -- setpriv --bounding-set=-dac_override,-dac_read_search "$@"
    "$@"
}

run_sqlite() {
    sources sqlite3 && cd sqlite || exit 1
    [ -e sqlite3.c ] || { CC=$clang sh configure --disable-readline && make sqlite3.c; } \
        >"$scratch/$name.log" 2>&1 || die "SQLite does not configure: see $scratch/$name.log"
    compare '-O0;-O2;-O2 -g' "$clang" -- sqlite3.c
    rm -f testfixture test/oserror.test # which wants not to get into /root
    tests 'make tcltest' without_privileges make testfixture tcltest "CC=$clang -fpass-plugin=$plugin" CFLAGS='-O2 -w'
}

# C++20 coroutines, and the tests of a library of them.
run_asio() {
    sources boost1.81 '*/libs/*/include/*' '*/libs/asio/test/*' && cd asio || exit 1
    compiler=$clang++
    case $clang in *-[0-9]*) compiler=${clang%-*}++-${clang##*-} ;; esac
    flags="-std=c++20 -pthread -Ilibs/asio/test $(printf -- '-I%s ' libs/*/include libs/numeric/*/include)"
    set --
    for test in simple_test partial stack_test cancel exception; do
        set -- "$@" "libs/asio/test/experimental/coro/$test.cpp"
    done
    # shellcheck disable=SC2086 # a list of words
    compare '-O0;-O2' $compiler $flags -- "$@"
    for file; do
        tests "$file" sh -c "$compiler $flags -w -O2 -fpass-plugin=$plugin $file -o program && ./program"
    done
}

case $plugin in /*) ;; *) plugin=$PWD/$plugin ;; esac
mkdir -p "$scratch" && scratch=$(CDPATH='' cd -- "$scratch" && pwd -P) || exit 1
status=0
for name; do
    cd "$scratch" || exit 1
    "run_$name"
done
exit $status
