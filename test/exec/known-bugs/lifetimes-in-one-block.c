// Unrolled, a loop's variable dies and is born again in one block, with a suspend behind: CoroSplit took it for dead there, and
// its cleanup, which has its address, found what others had left on the stack.
// RUN: %everywhere %s | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>

struct guard {
    uint64_t *target;
    unsigned place;
};
static inline void left(struct guard *g)
{
    *g->target += g->place;
    printf("left %u\n", g->place);
}
static inline void seen(void *p)
{
    __asm__ volatile("" : : "r"(p) : "memory");
}

static coro_task(uint64_t) by_goto(uint64_t a)
{
    coro_begin(uint64_t);
    unsigned n = 0;
again:;
    {
        __attribute__((cleanup(left))) struct guard g = {&a, 21};
        seen(&g);
        if (n++ < 2)
            goto again;
        coro_suspend();
    }
    coro_return(a);
}

static coro_task(uint64_t) by_for(uint64_t a)
{
    coro_begin(uint64_t);
    for (unsigned k = 0; k < 4; k++) {
        __attribute__((cleanup(left))) struct guard g = {&a, k};
        seen(&g);
        if (k == 3)
            coro_prefetch(&a);
    }
    coro_return(a);
}

static coro_task(uint64_t) both(uint64_t a)
{
    coro_begin(uint64_t);
    coro_return(coro_await(by_goto(a)) + coro_await(by_for(a)));
}

int main(void)
{
    // CHECK: left 21
    // CHECK-NEXT: left 21
    // CHECK-NEXT: left 21
    // CHECK-NEXT: left 0
    // CHECK-NEXT: left 1
    // CHECK-NEXT: left 2
    // CHECK-NEXT: left 3
    // CHECK-NEXT: 1059
    printf("%lu\n", (unsigned long)coro_run(both(495)));
    // CHECK-NEXT: left 21
    // CHECK-NEXT: left 21
    // CHECK-NEXT: left 21
    coro_task(uint64_t) t = both(1);
    coro_resume(t);
    coro_destroy(t);
    return 0;
}
