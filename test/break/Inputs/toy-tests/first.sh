test "$("$TOY" 0)" = 2
