test "$("$TOY" 0)" = 3
