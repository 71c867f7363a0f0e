#!/bin/sh
# Links the two files, each in turn compiled in a way in which it can't be inlined, and prints what is printed then, each
# other output once. Fails where the link inlines something.
#   sh mixed.sh 'CC WITH FLAGS' -flto=MODE
cc=$1 lto=$2
for way in -fno-lto -O0 '-O0 -fno-lto' -DCORO_NO_INLINE '-fsanitize=address,undefined' -DCHILD=CORO_NOINLINE; do
    for file in parent child; do
        # The attribute and the macro are of one side alone.
        case $way-$file in -DCORO_NO_INLINE-child | -DCHILD*-parent) continue ;; esac
        sanitize=
        case $way in -fsanitize*) sanitize=$way ;; esac
        # shellcheck disable=SC2086 # flags are to be split
        $cc -O2 $lto -c parent.c child.c && $cc -O2 $lto $way -c $file.c &&
            $cc -O2 $lto $sanitize parent.o child.o -o program \
                -Wl,-mllvm,-pass-remarks=coro-inline >remarks 2>&1 || exit 1
        if grep -q inlined remarks; then
            echo "mixed: inlined with $way of $file:" && cat remarks
        fi
        ./program | tr '\n' ';' | sed 's/;/; /; s/;$//' && echo
    done
done | uniq
echo end
