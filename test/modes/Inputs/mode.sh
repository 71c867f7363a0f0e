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

# build FLAGS OUTPUT: leaves the remarks, without their places, which -g makes better
build() {
    # shellcheck disable=SC2086 # flags are to be split
    $cc $1 $remarks "$program" -o "$2" >messages 2>&1 || return 1
    sed -n "s/.*remark: .*\('[^']*' \|an awaited task \)\(\(not \)\{0,1\}inlined into '[^']*'[^[]*\).*/\1\2/p" \
        messages | sed 's/ *$//' | sort >remarks
}

for program in "$@"; do
    name=${program##*/}
    inliner=''
    if [ ! -e "$name.expected" ]; then
        build -O2 "$name.O2" && "./$name.O2" >"$name.expected" && cp remarks "$name.inlined" ||
            complain 'not even at -O2' messages
        grep -q "' inlined into" "$name.inlined" || complain 'nothing to be inlined in it'
    fi
    for inliner in '' -DCORO_NO_INLINE; do
        reason=''
        case $inliner$expect in
        inlined) cp "$name.inlined" wanted ;;
        linked:*) reason=${expect#linked:} ;;
        *) reason='CORO_NO_INLINE is defined' ;;
        esac
        [ -z "$reason" ] ||
            sed "s/ \(not \)\{0,1\}inlined into \('[^']*'\).*/ not inlined into \2: $reason/" "$name.inlined" >wanted
        build "$mode $inliner" program || { complain 'does not compile' messages; continue; }
        sort wanted | cmp -s - remarks || { diff wanted remarks >difference; complain 'other awaits inlined' difference; }
        ./program >out 2>err
        code=$?
        [ $code -eq 0 ] || complain "exit status $code" err
        cmp -s "$name.expected" out || { diff "$name.expected" out >difference; complain 'other output' difference; }
    done
done
exit $status
