// Memory that is taken from the stack in one of two ways is aligned as either asks for.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <stdint.h>

static __attribute__((noinline)) unsigned fill(void *p, int n, unsigned align)
{
    memset(p, n, (size_t)n);
    return (unsigned)((uintptr_t)p % align);
}

static coro_task(int) either(int n, int wide)
{
    coro_begin(int);
    coro_suspend();
    unsigned char *p;
    if (wide)
        p = __builtin_alloca_with_align((size_t)n, 8 * 256);
    else
        p = __builtin_alloca((size_t)n);
    unsigned off = fill(p, n, wide ? 256 : 16);
    coro_return((int)off * 1000 + p[n - 1]);
}

static coro_task(int) both(int n)
{
    coro_begin(int);
    int r = coro_await(either(n, 0));
    coro_return(r + coro_await(either(n + 1, 1)));
}

int main(void)
{
    int resumes, r = drive(both(20), resumes), s = drive(either(7, 1), resumes);
    // CHECK: 41 7
    printf("%d %d\n", r, s);
    return 0;
}
