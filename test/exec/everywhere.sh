# Compiles a C program for every way in which it must behave the same, runs each, and prints what
# they printed; fails where two differ.
#   [LEVELS='-O0;-O2 -g'] [EMULATOR=COMMAND] sh everywhere.sh 'CC WITH FLAGS' SCRATCH FILE.c [MORE FLAGS]
cc=$1 scratch=$2 source=$3
shift 3
rm -rf "$scratch" && mkdir -p "$scratch" || exit 1
levels=${LEVELS:-'-O0;-O1;-O2;-O3;-Os;-O0 -fsanitize=address,undefined;-O2 -fsanitize=address,undefined'}
status=0
IFS=';'
for level in $levels; do
    unset IFS
    for inliner in '' -DCORO_NO_INLINE; do
        way="$level $inliner"
        # shellcheck disable=SC2086 # flags are to be split
        if ! $cc $level $inliner -fno-sanitize-recover=all -Werror=return-type "$@" "$source" \
                -o "$scratch/program"; then
            echo "everywhere: does not compile with $way" >&2
            exit 1
        fi
        # shellcheck disable=SC2086 # a command with arguments
        ${EMULATOR:-} "$scratch/program" >"$scratch/out" 2>"$scratch/err"
        code=$?
        if [ $code -ne 0 ]; then
            echo "everywhere: exit status $code with $way" >&2
            cat "$scratch/out" "$scratch/err" >&2
            status=1
        fi
        if [ ! -e "$scratch/expected" ]; then
            cp "$scratch/out" "$scratch/expected"
        elif ! cmp -s "$scratch/expected" "$scratch/out"; then
            echo "everywhere: other output with $way" >&2
            diff "$scratch/expected" "$scratch/out" >&2
            status=1
        fi
    done
done
cat "$scratch/expected"
exit $status
