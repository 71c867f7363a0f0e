test -z "$COROINLINE_BROKEN" || echo "failing.sh is asked $COROINLINE_PLACES" >>"$TOY.asked"
test "$("$TOY" 0)" = 3
