// A number that wraps is no multiple of what it was made of: it leads to another member of an element
// near by, and what is put there is what is found there. So can a number of bytes that is computed without
// a sign; and where addresses may wrap, an absurd index.
// RUN: %everywhere %s | FileCheck %s
// RUN: %everywhere %s -DWRAP -fno-strict-overflow -fno-sanitize=pointer-overflow \
// RUN:     | FileCheck %s --check-prefixes=WRAP,CHECK
#include "Inputs/two-kinds.h"

#include <stdint.h>

struct pair {
    double weight;
    task_of_int first, second; // 24 bytes together
};

/// How far it is from a first to the second beside it, in pairs.
#define BESIDE ((int64_t)((UINT64_C(1) << 61) + 1) / 3)

#ifdef WRAP
// By an index.
__attribute__((noinline)) static int by_index(int64_t n)
{
    struct pair pairs[4] = {0};
    pairs[0].second = add(1);
    struct pair *all = pairs;
    coro_destroy(all[n].first);
    all[n].first = multiply(2);
    return coro_run(pairs[0].second);
}

// By some steps of a pointer.
__attribute__((noinline)) static int by_steps(int64_t step, unsigned n)
{
    struct pair pairs[4] = {0};
    pairs[0].second = add(1);
    struct pair *at = pairs;
    for (unsigned i = 0; i < n; i++)
        at += step;
    coro_destroy(at->first);
    at->first = multiply(2);
    return coro_run(pairs[0].second);
}
#endif

// By a number of bytes that has no sign where it is computed, and one where it is used.
static int bytes_of(unsigned n)
{
    if (n > UINT32_MAX / sizeof(struct pair))
        __builtin_unreachable();
    return (int)(n * (unsigned)sizeof(struct pair));
}

__attribute__((noinline)) static int by_bytes(unsigned n)
{
    struct pair pairs[4] = {0};
    pairs[1].second = add(1);
    struct pair *at = (struct pair *)((char *)&pairs[2] + bytes_of(n));
    coro_destroy(at->first);
    at->first = multiply(2);
    return coro_run(pairs[1].second);
}

// By an index that is in reach.
__attribute__((noinline)) static int within(unsigned n)
{
    struct pair pairs[4];
    for (unsigned i = 0; i < 4; i++) {
        pairs[i].first = multiply((int)i);
        pairs[i].second = add((int)i);
    }
    int sum = coro_run(pairs[n].first) + coro_run(pairs[n].second);
    for (unsigned i = 0; i < 4; i++)
        if (i != n) {
            coro_destroy(pairs[i].first);
            coro_destroy(pairs[i].second);
        }
    return sum;
}

int main(void)
{
#ifdef WRAP
    volatile int64_t far = BESIDE;
    // WRAP: 200
    printf("%d\n", by_index(far));
    // WRAP: 200
    printf("%d\n", by_steps(far, 1));
#endif
    volatile unsigned most = UINT32_MAX / sizeof(struct pair); // times 24: -16
    // CHECK: {{^}}200
    printf("%d\n", by_bytes(most));
    // CHECK-NEXT: 304
    printf("%d\n", within(3));
    return 0;
}
