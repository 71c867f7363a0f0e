test -z "$COROINLINE_BROKEN" || echo "input.sh is asked $COROINLINE_PLACES" >>"$TOY.asked"
export COROINLINE_PLACE=here
test "$(echo 1 | "$TOY" 0 from input)" = 3
