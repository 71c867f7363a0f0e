// A cleanup runs once, where its scope is left, on every way out of it, and never because the task
// suspended.
// RUN: %everywhere %s -Wno-error=return-type | FileCheck %s
#include "Inputs/tasks.h"

static void leave(const char **name)
{
    printf(" ~%s", *name);
}
#define SCOPED(name) __attribute__((cleanup(leave))) const char *name = #name

static coro_task(int) inner(int way)
{
    coro_begin(int);
    SCOPED(in);
    coro_suspend();
    if (way == 1) {
        SCOPED(in_early);
        coro_return(coro_await(late(1, 1)));
    }
    {
        SCOPED(in_block);
        coro_suspend();
    }
    coro_return(way);
}

static coro_task(int) ways(int way)
{
    coro_begin(int);
    SCOPED(a);
    coro_suspend();
    for (int i = 0; i < 3; i++) {
        SCOPED(b);
        printf(" %d", i);
        if (i == coro_await(inner(way == 1 && i == 0)))
            printf(" same");
        {
            SCOPED(c);
            SCOPED(d);
            coro_suspend();
            if (way == 2)
                continue;
            if (way == 3 && i == 1)
                break;
            if (way == 4)
                goto out;
            if (way == 5)
                coro_return(coro_await(inner(1)));
            if (way == 6)
                goto again;
        }
    again:
        if (way == 6) {
            way = 0;
            coro_suspend();
        }
        SCOPED(e);
        coro_suspend();
    }
    printf(" loop done");
out:
    coro_suspend();
    coro_return(way);
}

/* The value of coro_return is computed before the cleanups of the scopes that it leaves. */
static void clear(int *x)
{
    *x = -1;
}
static coro_task(int) value_before_cleanup(void)
{
    coro_begin(int);
    __attribute__((cleanup(clear))) int x = 5;
    coro_suspend();
    coro_return(x);
}

/* The ends of a void coroutine. */
static coro_task(void) falls_off(bool early)
{
    coro_begin(void);
    SCOPED(f);
    if (early) {
        SCOPED(g);
        coro_suspend();
        coro_return();
    }
    coro_suspend();
}

static coro_task(void) in_statement_expression(void)
{
    coro_begin(void);
    int x = ({
        SCOPED(s);
        coro_await(inner(0)) + 3;
    });
    printf(" x %d", x);
    coro_return();
}

int main(void)
{
    // CHECK: 0: 0 ~in_block ~in same ~d ~c ~e ~b 1 ~in_block ~in ~d ~c ~e ~b 2 ~in_block ~in ~d ~c ~e ~b loop done ~a = 0
    // CHECK-NEXT: 1: 0 ~in_early ~in ~d ~c ~e ~b 1 ~in_block ~in ~d ~c ~e ~b 2 ~in_block ~in ~d ~c ~e ~b loop done ~a = 1
    // CHECK-NEXT: 2: 0 ~in_block ~in same ~d ~c ~b 1 ~in_block ~in ~d ~c ~b 2 ~in_block ~in ~d ~c ~b loop done ~a = 2
    // CHECK-NEXT: 3: 0 ~in_block ~in same ~d ~c ~e ~b 1 ~in_block ~in ~d ~c ~b loop done ~a = 3
    // CHECK-NEXT: 4: 0 ~in_block ~in same ~d ~c ~b ~a = 4
    // CHECK-NEXT: 5: 0 ~in_block ~in same ~in_early ~in ~d ~c ~b ~a = 1
    // CHECK-NEXT: 6: 0 ~in_block ~in same ~d ~c ~e ~b 1 ~in_block ~in ~d ~c ~e ~b 2 ~in_block ~in ~d ~c ~e ~b loop done ~a = 0
    for (int way = 0; way < 7; way++) {
        printf("%d:", way);
        int r = coro_run(ways(way));
        printf(" = %d\n", r);
    }
    // CHECK-NEXT: value 5
    printf("value %d\n", coro_run(value_before_cleanup()));
    // CHECK-NEXT: ~f ~g ~f ~in_block ~in ~s x 3
    coro_run(falls_off(false));
    coro_run(falls_off(true));
    coro_run(in_statement_expression());
    printf("\n");
    return 0;
}
