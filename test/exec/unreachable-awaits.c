// Suspends and awaits that control never comes to do no harm.
// RUN: %everywhere %s | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>
#include <string.h>

static coro_task(int) child(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 1);
    coro_suspend();
    coro_return(n + 2);
}

static coro_task(void) no_result(int *p)
{
    coro_begin(void);
    (*p)++;
    coro_return();
    coro_await(child(*p));
}

static coro_task(int) parent(int n)
{
    coro_begin(int);
    if (n > 100) {
        coro_return(coro_await(child(n)));
        n = coro_await(child(n)) + coro_await(child(n));
        coro_prefetch(&n);
    }
    for (;;) {
        n = coro_await(child(n));
        coro_await(no_result(&n));
        {
            char array[(n & 7) + 1];
            memset(array, 1, sizeof(array));
            n += array[0];
        }
        if (n > 20)
            break;
        continue;
        coro_await(no_result(&n));
    }
    coro_return(n);
    while (coro_await(child(n)))
        coro_suspend();
    coro_return(0);
}

int main(void)
{
    // CHECK: 22 201
    printf("%d %d\n", coro_run(parent(1)), coro_run(parent(200)));
    return 0;
}
