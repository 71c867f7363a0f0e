test "$("$TOY" 1 again)" = '3
3'
