// Whether a task is being destroyed is what a suspend has given and, here, the opposite of a variable. LLVM 19 used the one for
// the other behind a suspend that it was not kept across.
// RUN: %everywhere %s | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>

struct held {
    coro_task(int) task;
    bool full;
};
static void drop(struct held *h)
{
    if (h->full)
        coro_destroy(h->task);
}

static CORO_NOINLINE coro_task(int) leaf(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 1);
}

static coro_task(int) outer(int n)
{
    coro_begin(int);
    int sum = 0;
    do {
        __attribute__((cleanup(drop))) struct held h = {leaf(n), true};
        coro_suspend();
        h.full = false;
        sum += coro_await(h.task);
    } while (--n > 0 && coro_await(leaf(n)) & 11);
    coro_return(sum);
}

int main(void)
{
    // CHECK: 9
    printf("%d\n", coro_run(outer(3)));
    for (int resumes = 0; resumes < 6; resumes++) {
        coro_task(int) t = outer(3);
        for (int k = 0; k < resumes; k++)
            coro_resume(t);
        coro_destroy(t);
    }
    return 0;
}
