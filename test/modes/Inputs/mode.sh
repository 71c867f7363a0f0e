# Compiles and runs demanding programs in one mode of the compiler, with the inliner and without, and
# fails where one prints other than at -O2 alone, or where other awaits are inlined.
#   sh mode.sh 'CC WITH FLAGS' SCRATCH EXPECT 'MODE' PROGRAM...
# EXPECT: inlined, that is as at -O2; or linked:REASON, the one that every await is not inlined for.
cc=$1 scratch=$2 expect=$3 mode=$4
shift 4
remarks='-Rpass=coro-inline -Rpass-missed=coro-inline -fno-caret-diagnostics'
mkdir -p "$scratch" || exit 1
cd "$scratch" || exit 1
status=0

complain() {
    echo "mode: $name, $mode $inliner: $1" >&2
    [ $# -eq 1 ] || cat "$2" >&2
    status=1
}

# build FLAGS OUTPUT: leaves a line for each remark, "inlined 'f' into 'g'" or "linked 'f' into 'g': why",
# without its place, which -g makes better
build() {
    # shellcheck disable=SC2086 # flags are to be split
    $cc $1 $remarks "$program" -o "$2" >messages 2>&1 || return 1
    sed -n "s/.*remark: .*\('[^']*'\|an awaited task\) \(not \)\{0,1\}inlined \(into '[^']*'[^[]*\).*/\2\1 \3/p" messages |
        sed 's/^not /linked /; t; s/^/inlined /' | sed 's/ *$//' | sort -u >remarks
}

# Of a file of remarks, those that do not depend on how large functions are in this mode: how often
# recursion is unrolled does, and what is beyond a limit.
steady() {
    cat "$name.recursive" >unsteady
    sed -n 's/^linked \(.*\): .* instructions (.*/\1/p' remarks >>unsteady
    grep -vFf unsteady "$1"
}

for program in "$@"; do
    name=${program##*/}
    inliner=''
    if [ ! -e "$name.expected" ]; then
        build -O2 "$name.O2" && "./$name.O2" >"$name.expected" || complain 'not even at -O2' messages
        sed -n "s/^linked \(.*\): it is recursive.*/\1/p" remarks >"$name.recursive"
        steady remarks >"$name.inlined"
        grep -q "^inlined" "$name.inlined" || complain 'nothing to be inlined in it'
    fi
    for inliner in '' -DCORO_NO_INLINE; do
        build "$mode $inliner" program || { complain 'does not compile' messages; continue; }
        case $inliner$expect in
        inlined) steady "$name.inlined" | sed 's/: .*//' ;;
        linked:*) sed "s/^inlined/linked/; s/: .*//; s/$/: ${expect#linked:}/" "$name.inlined" ;;
        *) sed 's/^inlined/linked/; s/: .*//; s/$/: CORO_NO_INLINE is defined/' "$name.inlined" ;;
        esac | sort -u >wanted
        case $inliner$expect in
        inlined) steady remarks | sed 's/: .*//' ;;
        *) steady remarks ;;
        esac | sort -u >got
        cmp -s wanted got || { diff wanted got >difference; complain 'other awaits inlined' difference; }
        ./program >out 2>err
        code=$?
        [ $code -eq 0 ] || complain "exit status $code" err
        cmp -s "$name.expected" out || { diff "$name.expected" out >difference; complain 'other output' difference; }
    done
done
exit $status
