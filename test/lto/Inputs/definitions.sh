#!/bin/sh
# Links programs with several definitions of child(), and prints the link's remarks and the first line of their output.
#   sh definitions.sh 'CC WITH FLAGS' -flto=MODE
cc="$1 -O2 $2"
remarks='-Wl,-mllvm,-pass-remarks=coro-inline -Wl,-mllvm,-pass-remarks-missed=coro-inline'
set -e

$cc -c parent.c child.c
$cc -DCHILD='__attribute__((weak))' -c child.c -o weak.o
$cc -DADDEND=110 -c child.c -o strong.o
$cc -DADDEND=20 -Dchild=__wrap_child -c child.c -o wrap.o

echo '== weak'
$cc parent.o weak.o strong.o -o weak $remarks 2>&1 && ./weak | head -n 1
echo '== wrap'
$cc parent.o child.o wrap.o -o wrap -Wl,--wrap=child $remarks 2>&1 && ./wrap | head -n 1
echo '== defsym'
$cc parent.o child.o wrap.o -o defsym -Wl,--defsym=child=__wrap_child $remarks 2>&1 && ./defsym | head -n 1

echo '== interposable'
$cc -fPIC -fsemantic-interposition -Dmain=run -c parent.c -o run.o
$cc -fPIC -fsemantic-interposition -c child.c -o interposable.o
$cc -fPIC -fsemantic-interposition -shared run.o interposable.o -o library.so $remarks 2>&1
echo 'int run(void); int main(void) { return run(); }' >main.c
$cc -fno-lto -DADDEND=20 -rdynamic main.c child.c ./library.so -o interposed && ./interposed | head -n 1
