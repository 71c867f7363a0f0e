# Tells of the rows of bench/frames.sh, by program, how many of those that can lie in slots do so in a
# line; and each that does not.
NR == 1 || /linked|^tree/ { next }
{
    program = $1
    sub(/,$/, "", program)
    each = $(NF - 3)
    shared = $(NF - 2)
    slot = $(NF - 1)
    state = $NF
    numbers = each + 0 == each || each == "-"
    if (numbers && (each == "-" || shared <= each) && slot > 0 && slot <= 64 && state > 0 && state < shared)
        rows[program]++
    else
        print "not in a line: " $0
    if (!(program in seen))
        order[++count] = program
    seen[program] = 1
}
END {
    for (k = 1; k <= count; k++)
        print order[k] ": " rows[order[k]] + 0 " rows in a line"
}
