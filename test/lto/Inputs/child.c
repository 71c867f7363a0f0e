// Suspends twice, and says so where it is cancelled. CHILD: attributes. ADDEND: what it adds to n.
#include "child.h"
#include <stdio.h>

#ifndef ADDEND
#define ADDEND 10
#endif

static void leave(const int *done)
{
    if (!*done)
        printf("child was cancelled\n");
}

coro_task(int) child(int n)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) int done = 0;
    coro_suspend();
    coro_suspend();
    done = 1;
    coro_return(n + ADDEND);
}
