// llvm #86580: where the optimizer dropped the end of a local's life, since no way leads there, the local stayed on the
// stack of the first resume though others had its address.
// RUN: %everywhere %s | FileCheck %s
#include "../Inputs/tasks.h"
#include "Inputs/clobber.h"

struct message {
    long text[8];
};
static struct message *seen;
static __attribute__((noinline)) void publish(struct message *m)
{
    seen = m;
    __asm__ volatile("" : : "r"(m) : "memory");
}

static coro_task(void) never_back(void)
{
    coro_begin(void);
    for (;;)
        coro_suspend();
}
static coro_task(void) waits_for_ever(int n)
{
    coro_begin(void);
    struct message m;
    for (int i = 0; i < 8; i++)
        m.text[i] = n + i;
    publish(&m);
    coro_await(never_back());
    __builtin_unreachable();
}
static coro_task(int) ends_badly(int n)
{
    coro_begin(int);
    for (int i = 0;; i++) {
        struct message m = {{n, i}};
        publish(&m);
        coro_suspend();
        if (seen->text[1] != i)
            abort();
        if (i == 3)
            coro_return((int)(m.text[0] + m.text[1]));
    }
}

static long sum(void)
{
    long all = 0;
    for (int i = 0; i < 8; i++)
        all += seen->text[i];
    return all;
}

int main(void)
{
    coro_task(void) task = waits_for_ever(100);
    for (int i = 0; i < 3; i++) {
        coro_resume(task);
        clobber();
        // CHECK-COUNT-3: sum 828
        printf("sum %ld\n", sum());
        seen->text[7] = 107;
    }
    coro_destroy(task);
    coro_task(int) ended = ends_badly(7);
    while (!coro_done(ended)) {
        clobber();
        coro_resume(ended);
    }
    // CHECK-NEXT: 10
    printf("%d\n", coro_result(ended));
    coro_destroy(ended);
    return 0;
}
