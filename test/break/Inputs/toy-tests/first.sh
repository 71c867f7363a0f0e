test -z "$COROINLINE_BROKEN" || echo "first.sh is asked $COROINLINE_PLACES" >>"$TOY.asked"
test "$("$TOY" 0)" = 2
