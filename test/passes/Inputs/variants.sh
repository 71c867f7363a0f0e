# Makes a variant of BASE.ll by each sed script NAME.sed of the working directory, puts it through the
# passes alone and through whole pipelines, and looks for what the script's comments say:
#   # error: TEXT      every run ends with this error, and without a crash
#   # remark: TEXT     coro-inline remarks this, and the module stays valid
#   # no remark: TEXT  it does not
#   # code: TEXT       the passes alone leave a line with this text
#   # no code: TEXT    they leave none
#   # times: N TEXT    they leave N
#   # unchanged        the passes leave the module as it is
#   # unsplittable     no whole pipelines: LLVM gives up on the coroutine, as it would without the plugin
#   sh variants.sh 'OPT WITH THE PLUGIN' BASE.ll [PASSES [WHOLE PIPELINES]]
opt=$1 base=$2 alone=${3:-coro-prepare,coro-inline} pipelines=${4-'default<O0> default<O2>'}
status=0
fail() {
    echo "$name with $passes: $1" >&2
    head -20 out >&2
    status=1
    # ./dev break asks no more than whether there is one.
    [ -z "$COROINLINE_BROKEN" ] || exit 1
}
expected() {
    sed -n "s/^# $1: //p" "$script"
}
# ./dev break asks about those alone whose code it has seen change.
is_asked() {
    [ -z "$COROINLINE_PLACES" ] || case " $COROINLINE_PLACES " in
    *" $name "*) ;;
    *) return 1 ;;
    esac
}
# A pass that it has broken may not end.
[ -z "$COROINLINE_BROKEN" ] || ulimit -t 10
passes=verify
for script in *.sed; do
    name=${script%.sed}
    is_asked || continue
    sed -f "$script" "$base" >"$name.ll"
    [ -z "$COROINLINE_PLACES" ] || continue
    if cmp -s "$name.ll" "$base"; then
        fail 'is the base'
    fi
    if ! opt -passes=verify -disable-output "$name.ll" 2>out; then
        fail 'is not valid IR'
    fi
done
# The passes alone come first: they are quick, and tell most.
for passes in "$alone" $pipelines; do
    for script in *.sed; do
        name=${script%.sed}
        is_asked || continue
        export COROINLINE_PLACE="$name"
        error=$(expected error)
        remark=$(expected remark) no_remark=$(expected 'no remark')
        code=$(expected code) no_code=$(expected 'no code') times=$(expected times)
        if [ "$passes" != "$alone" ] && grep -q '^# unsplittable' "$script"; then
            continue
        fi
        $opt -passes="$passes" -verify-each -pass-remarks=coro-inline -pass-remarks-missed=coro-inline \
            -S "$name.ll" -o "$name.out.ll" >out 2>&1
        exit=$?
        if [ -n "$error" ]; then
            if [ $exit -ne 1 ] || ! grep -F "$error" out | grep -q '^error: '; then
                fail "exit status $exit, not the error '$error'"
            fi
            continue
        fi
        if [ $exit -ne 0 ]; then
            fail "exit status $exit"
        fi
        if [ -n "$remark" ] && ! grep -qF "remark: <unknown>:0:0: $remark" out; then
            fail "no remark '$remark'"
        fi
        if [ -n "$no_remark" ] && grep -qF "remark: <unknown>:0:0: $no_remark" out; then
            fail "the remark '$no_remark'"
        fi
        case $passes in
        "$alone")
            if grep -q '^# unchanged' "$script" && opt -S "$name.ll" -o "$name.plain.ll" &&
                ! diff -I '^; ModuleID' "$name.plain.ll" "$name.out.ll" >out; then
                fail 'changed'
            fi
            if [ -n "$code" ] && ! grep -qF "$code" "$name.out.ll"; then
                fail "no '$code'"
            fi
            if [ -n "$no_code" ] && grep -qF "$no_code" "$name.out.ll"; then
                fail "has '$no_code'"
            fi
            if [ -n "$times" ] && [ "$(grep -cF "${times#* }" "$name.out.ll")" != "${times%% *}" ]; then
                fail "not $times"
            fi
            ;;
        *)
            if ! llc -filetype=null "$name.out.ll" >out 2>&1; then
                fail 'makes no code'
            fi
            ;;
        esac
    done
done
exit $status
