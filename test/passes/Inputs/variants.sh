# Makes a variant of BASE.ll by each sed script NAME.sed of the working directory, puts it through the
# passes alone and through whole pipelines, and looks for what the script's comments say:
#   # error: TEXT      every run ends with this error, and without a crash
#   # remark: TEXT     coro-inline remarks this, and the module stays valid
#   # unchanged        the passes leave the module as it is
#   # unsplittable     no whole pipelines: LLVM gives up on the coroutine, as it would without the plugin
#   sh variants.sh 'OPT WITH THE PLUGIN' BASE.ll
opt=$1 base=$2
status=0
fail() {
    echo "$name with $passes: $1" >&2
    head -20 out >&2
    status=1
}
for script in *.sed; do
    name=${script%.sed}
    passes=verify
    error=$(sed -n 's/^# error: //p' "$script")
    remark=$(sed -n 's/^# remark: //p' "$script")
    sed -f "$script" "$base" >"$name.ll"
    if cmp -s "$name.ll" "$base"; then
        fail 'is the base'
    fi
    if ! opt -S "$name.ll" -o "$name.plain.ll" 2>out; then
        fail 'is not valid IR'
    fi
    for passes in coro-prepare,coro-inline 'default<O0>' 'default<O2>'; do
        if [ $passes != coro-prepare,coro-inline ] && grep -q '^# unsplittable' "$script"; then
            continue
        fi
        $opt -passes="$passes" -verify-each -pass-remarks=coro-inline -pass-remarks-missed=coro-inline \
            -S "$name.ll" -o "$name.out.ll" >out 2>&1
        code=$?
        if [ -n "$error" ]; then
            if [ $code -ne 1 ] || ! grep -F "$error" out | grep -q '^error: '; then
                fail "exit status $code, not the error '$error'"
            fi
            continue
        fi
        if [ $code -ne 0 ]; then
            fail "exit status $code"
        fi
        if [ -n "$remark" ] && ! grep -qF "remark: <unknown>:0:0: $remark" out; then
            fail "no remark '$remark'"
        fi
        case $passes in
        coro-prepare,coro-inline)
            if grep -q '^# unchanged' "$script" &&
                ! diff -I '^; ModuleID' "$name.plain.ll" "$name.out.ll" >out; then
                fail 'changed'
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
