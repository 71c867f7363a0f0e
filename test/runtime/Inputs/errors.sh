# Compiles each file of the working directory in several ways; each must be rejected on the line that
# holds the comment "// error: TEXT", with that text, and without a crash of the compiler. Where the
# comment is "// error (-g): TEXT", compiling without -g may name the line of coro_begin instead.
#   sh errors.sh 'CC' 'FLAGS' ['FLAGS' ...]
cc=$1
shift
status=0
for source in *.c; do
    place=$(grep -n '// error\( (-g)\)*: ' "$source" | cut -d: -f1)
    text=$(sed -n 's|.*// error[^:]*: ||p' "$source")
    for flags in "$@"; do
        line=$place
        case $flags in
        *-g*) ;;
        *) if grep -q '// error (-g): ' "$source"; then
            line=$(grep -n coro_begin "$source" | cut -d: -f1)
        fi ;;
        esac
        # shellcheck disable=SC2086 # flags are to be split
        if $cc $flags -c "$source" -o out.o >out 2>&1; then
            echo "$source compiles with $flags" >&2
            status=1
        elif ! grep -F "$source:$line:" out | grep error: | grep -qF "$text" ||
            grep -qE 'PLEASE submit|LLVM ERROR|Stack dump' out; then
            echo "$source with $flags, where line $line should have '$text':" >&2
            head -30 out >&2
            status=1
        fi
    done
done
exit $status
