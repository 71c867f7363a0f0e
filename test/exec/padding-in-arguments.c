// A struct in registers may have bits that no member has: they need not have a value, and the memory
// sanitizer, which asks for all that an asm gets, must not hear of them.
// RUN: %cc -O0 -fsanitize=memory -fno-sanitize-recover=all %s -o %t && %t | FileCheck %s
// RUN: %cc -O1 -fsanitize=memory -fno-sanitize-recover=all %s -o %t && %t | FileCheck %s
// RUN: %cc -O2 -fsanitize=memory -fno-sanitize-recover=all %s -o %t && %t | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>

struct padded {
    short first[3];
    unsigned few : 8;
    int most : 25;
};
typedef struct padded padded;
coro_declare(padded);

static __attribute__((noinline)) padded make(int x)
{
    padded p;
    p.first[0] = (short)x;
    p.first[1] = p.first[2] = 0;
    p.few = (unsigned)x + 1;
    p.most = x + 2;
    return p;
}

static coro_task(padded) next(padded p)
{
    coro_begin(padded);
    coro_suspend();
    coro_return(make(p.first[0] + p.most));
}

static coro_task(padded) several(int depth, padded p)
{
    coro_begin(padded);
    if (depth > 0)
        p = coro_await(several(depth - 1, p));
    coro_return(coro_await(next(p)));
}

int main(void)
{
    padded p = coro_run(several(3, make(1)));
    // CHECK: 46 47 48
    printf("%d %u %d\n", p.first[0], p.few, p.most);
    return 0;
}
