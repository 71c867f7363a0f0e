test -z "$COROINLINE_BROKEN" || echo "again.sh is asked $COROINLINE_PLACES" >>"$TOY.asked"
test "$("$TOY" 1 again)" = '3
3'
