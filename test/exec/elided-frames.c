// A task of one of two coroutines: which, the optimizer finds out late, and then puts its frame on the stack. What destroys the
// task was made a direct call before, and does not give that frame back to anybody.
// RUN: %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O1 -DCORO_NO_POOL;-O2 -DCORO_NO_POOL;-O3 -DCORO_NO_POOL' %everywhere %s | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>

static coro_generator(int) from_0(int n)
{
    coro_begin_generator(int);
    for (int i = 0; i < n; i++)
        coro_yield(i);
    coro_return();
}

static coro_generator(int) from_n(int n)
{
    coro_begin_generator(int);
    coro_suspend();
    for (int i = 0; i < n; i++)
        coro_yield(n + i);
    coro_return();
}

static coro_generator(int) either(uint64_t x, int n)
{
    if (x & 2)
        return from_0(n);
    return from_n(n);
}

struct three {
    uint64_t of[3];
};
static inline struct three make(uint64_t x)
{
    struct three s = {0};
    s.of[0] = x + 3;
    return s;
}

__attribute__((noinline)) static int sum(void)
{
    uint64_t k = 670;
    struct three s = make((uint8_t)k);
    int sum = 0;
    unsigned turns = 0;
    coro_for(v, either(s.of[(s.of[1] / (k | 1)) % 3] / (k | 1), 3))
    {
        if (turns++ == 2)
            break;
        sum += v;
    }
    return sum;
}

int main(void)
{
    // CHECK: 7 7
    int first = sum(), second = sum();
    printf("%d %d\n", first, second);
    coro_trim(); // gives what is in the free lists to the allocator
    return 0;
}
