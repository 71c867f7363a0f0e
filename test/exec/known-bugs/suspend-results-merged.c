// llvm #130326: the optimizer carried what one suspend gave, resumed or destroyed, across another, and it was not kept in
// the frame. Blocks behind suspends are alike here, and cleanups tell them apart; each task is cancelled everywhere.
// RUN: %everywhere %s | FileCheck %s
#include "../Inputs/tasks.h"

static unsigned hash;
static void note(unsigned what)
{
    hash = hash * 31 + what;
}
static void leave(const int *n)
{
    note((unsigned)*n);
}
static CORO_NOINLINE coro_task(int) linked(int n)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) int own = n;
    coro_suspend();
    coro_suspend();
    coro_return(own);
}
static coro_task(int) same_behind(int n)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) int outer = n;
    int r = 0;
    if (n & 1) {
        __attribute__((cleanup(leave))) int inner = 7;
        coro_suspend();
        note(1);
        coro_suspend();
        note(1);
    } else {
        __attribute__((cleanup(leave))) int inner = 7;
        coro_suspend();
        note(1);
        r = coro_await(linked(2));
        note(1);
    }
    for (int i = 0; i < 2; i++) {
        __attribute__((cleanup(leave))) int inner = i;
        if (r++ & 1)
            coro_suspend();
        else
            coro_await(linked(i));
    }
    coro_return(r);
}
static coro_task(int) awaits(int n)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) int own = 50 + n;
    int a = coro_await(same_behind(n));
    coro_suspend();
    coro_return(a + coro_await(same_behind(n + 1)));
}

int main(void)
{
    int cancelled = 0;
    for (int n = 0; n < 2; n++)
        for (int stop = 0;; stop++) {
            coro_task(int) task = awaits(n);
            for (int i = 0; i < stop && !coro_done(task); i++)
                coro_resume(task);
            bool ended = coro_done(task);
            if (ended)
                note((unsigned)coro_result(task));
            coro_destroy(task);
            cancelled += !ended;
            if (ended)
                break;
        }
    // CHECK: cancelled 26, 3461045252
    printf("cancelled %d, %u\n", cancelled, hash);
    return 0;
}
