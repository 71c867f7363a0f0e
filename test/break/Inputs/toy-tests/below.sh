test -z "$COROINLINE_BROKEN" || echo "below.sh is asked $COROINLINE_PLACES" >>"$TOY.asked"
# Says too little: not which way it fails.
! "$TOY" -1
