// llvm #56671: frames got the allocator's usual alignment, and locals that want more were not at it.
// RUN: %everywhere %s | FileCheck %s
#include "../Inputs/tasks.h"

static int wrong;
static __attribute__((noinline)) void check(const void *p, size_t align)
{
    __asm__ volatile("" : "+r"(p) : : "memory");
    wrong += (uintptr_t)p % align != 0;
}

#define ALIGNED(n)                                                                                 \
    static coro_task(int) aligned_##n(int x)                                                       \
    {                                                                                              \
        coro_begin(int);                                                                           \
        char before = (char)x;                                                                     \
        _Alignas(n) struct {                                                                       \
            char c[n + 1];                                                                         \
        } local;                                                                                   \
        memset(&local, x, sizeof local);                                                           \
        check(&local, n);                                                                          \
        check(&before, 1);                                                                         \
        coro_suspend();                                                                            \
        check(&local, n);                                                                          \
        coro_return(local.c[n] + before);                                                          \
    }
ALIGNED(16)
ALIGNED(32)
ALIGNED(128)
ALIGNED(4096)

static coro_task(int) all(int x)
{
    coro_begin(int);
    _Alignas(64) int own = x;
    int sum = coro_await(aligned_16(x)) + coro_await(aligned_32(x));
    check(&own, 64);
    sum += coro_await(aligned_128(x)) + coro_await(aligned_4096(x));
    check(&own, 64);
    coro_return(sum + own);
}

int main(void)
{
    int sum = coro_run(all(3));
    coro_interleave(3, 7, i, all((int)i), v, { sum += v; });
    coro_interleave(2, 3, i, aligned_4096((int)i), v, { sum += v; });
    // CHECK: 222, wrong 0
    printf("%d, wrong %d\n", sum, wrong);
    return 0;
}
