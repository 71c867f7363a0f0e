// Variable-length arrays and alloca that no suspend crosses work, in awaited coroutines and in loops,
// without the stack growing.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <alloca.h>

static int fill(int *a, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        a[i] = i * n;
    for (int i = 0; i < n; i++)
        sum += a[i];
    return sum;
}

static coro_task(int) scoped(int n)
{
    coro_begin(int);
    int sum = 0;
    {
        int a[n];
        sum += fill(a, n);
    }
    coro_suspend();
    for (int i = 1; i <= n; i++) {
        int b[i], c[2][i];
        sum += fill(b, i) + fill(c[1], i);
        if (i == 3)
            continue;
        if (i == 7)
            break;
    }
    coro_suspend();
    coro_return(sum);
}

static coro_task(int) between_suspends(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 1; i <= n; i++) {
        coro_suspend();
        {
            int a[i];
            sum += fill(a, i);
        }
        sum += coro_await(scoped(i));
    }
    coro_return(sum);
}

/* Behind the last suspend nothing can cross one. */
static coro_task(int) at_the_end(int n)
{
    coro_begin(int);
    coro_suspend();
    int *a = alloca((size_t)n * sizeof *a);
    int b[n];
    int sum = fill(a, n) + fill(b, n);
    coro_return(sum + (a != b));
}

static coro_task(int) loop_of_ends(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 1; i < n; i++)
        sum += coro_await(at_the_end(i)) % 7;
    coro_return(sum);
}

/* 2000 turns of 64 KiB would overflow the stack. */
static coro_task(int) many_turns(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < 2000; i++) {
        {
            volatile char a[n];
            a[0] = 1, a[n - 1] = (char)i;
            sum += a[0];
        }
        if (i % 500 == 0)
            coro_suspend();
    }
    coro_return(sum);
}
static coro_task(int) awaits_many_turns(int n)
{
    coro_begin(int);
    coro_return(coro_await(many_turns(n)));
}

/* A parameter and a sizeof that are variably modified, and an array that a goto leaves. */
static coro_task(int) variably_modified(int n, int m[n][n])
{
    coro_begin(int);
    coro_suspend();
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += m[i][n - 1];
    int tries = 0;
again: {
    char text[n + tries];
    memset(text, 'x', sizeof text);
    sum += (int)sizeof text + (text[n + tries - 1] == 'x');
    if (++tries < 3)
        goto again;
}
    coro_suspend();
    coro_return(sum);
}

/* A coroutine drives another that has an array, or a scheduler. */
static coro_task(int) schedules(int n)
{
    coro_begin(int);
    int sum = 0;
    coro_interleave(4, n, i, late((int)i, 1), v, { sum += v; });
    coro_suspend();
    coro_return(sum);
}
static coro_task(int) drives(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_task(int) task = schedules(n);
    coro_resume(task);
    int sum = coro_await(task) + coro_run(schedules(n + 1));
    coro_suspend();
    coro_return(sum + coro_run(scoped(n)));
}

int main(void)
{
    // CHECK: scoped 220 968
    printf("scoped %d %d\n", coro_run(scoped(5)), coro_run(scoped(9)));
    // CHECK-NEXT: between 4288
    printf("between %d\n", coro_run(between_suspends(9)));
    // CHECK-NEXT: ends 32
    printf("ends %d\n", coro_run(loop_of_ends(12)));
    // CHECK-NEXT: turns 2000
    printf("turns %d\n", coro_run(awaits_many_turns(65536)));
    int m[3][3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
    // CHECK-NEXT: modified 33
    printf("modified %d\n", coro_run(variably_modified(3, m)));
    // CHECK-NEXT: drives 245
    printf("drives %d\n", coro_run(drives(5)));
    return 0;
}
