# Compiles a program in several ways and runs it once for each comment "// N: TEXT" in it, with N as its
# argument: it must abort, and print the place of that line and the text, and nothing else.
#   sh misuses.sh 'CC' FILE.c 'FLAGS' ['FLAGS' ...]
cc=$1 source=$2
shift 2
ASAN_OPTIONS=$ASAN_OPTIONS:handle_abort=0
export ASAN_OPTIONS
status=0
for flags in "$@"; do
    # shellcheck disable=SC2086 # flags are to be split
    $cc $flags -Wno-return-type "$source" -o program || exit 1
    for way in $(sed -n 's|.*// \([0-9]*\): .*|\1|p' "$source"); do
        line=$(grep -n "// $way: " "$source" | cut -d: -f1)
        text=$(sed -n "s|.*// $way: ||p" "$source")
        (ulimit -c 0; exec ./program "$way") >out 2>&1
        code=$?
        if [ $code -ne 134 ] || [ "$(cat out)" != "$source:$line: $text" ]; then
            echo "$source $way with $flags: exit status $code, not '$source:$line: $text' but:" >&2
            cat out >&2
            status=1
        fi
    done
done
exit $status
