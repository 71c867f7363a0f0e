# Has gdb do, in batch mode and with the project's commands, what the lines "GDB:" of a test say, in
# which @NAME@ stands for a line of layers.c. Each is shown before what it prints.
#   sh gdb.sh COMMANDS.py TEST PROGRAM [CORE]
commands=$1 test=$2
shift 2
set -- "$@" -ex "source $commands"
lines=$(sh "$(dirname "$0")/places.sh" | sed 's,^-D\([A-Z_]*\)=\(.*\),s/@\1@/\2/,')
exec 3<<END
$(sed -n 's/^GDB: //p' "$test" | sed "$lines")
END
while read -r line <&3; do
    set -- "$@" -ex "echo > $line\\n" -ex "$line"
done
# Without network and colours, and without what containers forbid: no randomisation of addresses.
exec gdb -nx -batch -iex 'set debuginfod enabled off' -iex 'set style enabled off' \
    -iex 'set width 0' -iex 'set disable-randomization off' "$@" -ex 'echo > end\n' </dev/null 2>&1
