// CORO_GROUP_AUTO gives the answers of any fixed group, whatever sizes it goes through, with frames in
// the slots or elsewhere, also where the sink leaves, and in calls within calls.
// RUN: %everywhere %s | FileCheck %s
// RUN: %cc -O1 -fsanitize=memory -fno-sanitize-recover=all %s -o %t.memory && %t.memory | FileCheck %s
#include "../runtime/Inputs/simulated.h"

/* As many sizes win as there are: the contests go on, one after the other. */
static double any(unsigned tasks)
{
    (void)tasks;
    return (double)(100 + below(1000));
}

static int alive;
static void leave(int *unused)
{
    (void)unused;
    alive--;
}

/* x, with its frame in the slot. */
static coro_task(uint64_t) small(uint64_t x)
{
    coro_begin(uint64_t);
    __attribute__((cleanup(leave), unused)) int scope;
    alive++;
    coro_await(busy(1 + x % 20));
    coro_return(x);
}

/* x, with too large a frame for that. */
static CORO_NOINLINE coro_task(uint64_t) large(uint64_t x)
{
    coro_begin(uint64_t);
    char kept[300];
    __asm__ volatile("" : : "r"(kept) : "memory");
    uint64_t y = coro_await(small(x));
    __asm__ volatile("" : : "r"(kept) : "memory");
    coro_return(y);
}

static coro_task(uint64_t) at_once(uint64_t x)
{
    coro_begin(uint64_t);
    coro_return(x);
}

static coro_task(void) no_result(uint64_t *sum, uint64_t x)
{
    coro_begin(void);
    *sum += coro_await(small(x));
    coro_return();
}

static uint64_t times[60000];

#define CHECKED(name, group, start)                                                                \
    static bool name(size_t n)                                                                     \
    {                                                                                              \
        bool right = true;                                                                         \
        for (size_t k = 0; k < n; k++)                                                             \
            times[k] = 0;                                                                          \
        coro_interleave(group, n, i, start, v, { right &= v == i * 3 && ++times[i] == 1; });       \
        for (size_t k = 0; k < n; k++)                                                             \
            right &= times[k] == 1;                                                                \
        return right && alive == 0;                                                                \
    }

CHECKED(fixed_small, 16, small(3 * i))
CHECKED(auto_small, CORO_GROUP_AUTO, small(3 * i))
CHECKED(auto_large, CORO_GROUP_AUTO, large(3 * i))
CHECKED(auto_either, CORO_GROUP_AUTO, i % 3 ? small(3 * i) : large(3 * i))
CHECKED(auto_at_once, CORO_GROUP_AUTO, at_once(3 * i))

/* Another size at any time, also before the last one was reached, as where other threads learn. */
static bool at_any_time(size_t n)
{
    bool right = true;
    for (size_t k = 0; k < n; k++)
        times[k] = 0;
    coro_interleave(CORO_GROUP_AUTO, n, i, small(i), v, {
        right &= v == i && ++times[i] == 1;
        if (below(10) == 0) {
            coro__found.limit = (1 + below(64)) * coro__found.slot_size;
            coro__found.bound = coro__found.in_use > coro__found.limit ? 0 : coro__found.total;
        }
    });
    for (size_t k = 0; k < n; k++)
        right &= times[k] == 1;
    return right && alive == 0;
}

static uint64_t nested(unsigned depth)
{
    uint64_t sum = 0;
    coro_interleave(CORO_GROUP_AUTO, 30, i, small(i), v, {
        sum += v;
        if (depth && i % 10 == 0)
            sum += nested(depth - 1);
    });
    return sum;
}

static int64_t returns_from_sink(size_t n, size_t last)
{
    coro_interleave(CORO_GROUP_AUTO, n, i, small(i), v, {
        if (v == last)
            return (int64_t)i;
    });
    return -1;
}

/* The sizes that calls were seen to run with, a bit each. */
static uint64_t seen_in(size_t n, bool is_large)
{
    uint64_t seen = 0;
    if (is_large)
        coro_interleave(CORO_GROUP_AUTO, n, i, large(i), v, {
            seen |= (uint64_t)1 << (in_flight & 63); /* 64 as 0 */
            (void)v;
        });
    else
        coro_interleave(CORO_GROUP_AUTO, n, i, small(i), v, {
            seen |= (uint64_t)1 << (in_flight & 63);
            (void)v;
        });
    return seen;
}

int main(void)
{
    cost = any;
    static const size_t counts[] = {0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 1000, 60000};
    for (unsigned k = 0; k < sizeof counts / sizeof *counts; k++)
        printf("%zu: %d %d %d %d %d\n", counts[k], fixed_small(counts[k]), auto_small(counts[k]),
               auto_large(counts[k]), auto_either(counts[k]), auto_at_once(counts[k]));
    // CHECK: 0: 1 1 1 1 1
    // CHECK-NEXT: 1: 1 1 1 1 1
    // CHECK-NEXT: 2: 1 1 1 1 1
    // CHECK-NEXT: 3: 1 1 1 1 1
    // CHECK-NEXT: 15: 1 1 1 1 1
    // CHECK-NEXT: 16: 1 1 1 1 1
    // CHECK-NEXT: 17: 1 1 1 1 1
    // CHECK-NEXT: 63: 1 1 1 1 1
    // CHECK-NEXT: 64: 1 1 1 1 1
    // CHECK-NEXT: 65: 1 1 1 1 1
    // CHECK-NEXT: 1000: 1 1 1 1 1
    // CHECK-NEXT: 60000: 1 1 1 1 1

    // CHECK-NEXT: at any time 1
    printf("at any time %d\n", at_any_time(60000));

    uint64_t sum = 0;
    coro_interleave(CORO_GROUP_AUTO, 1000, i, no_result(&sum, i), none, );
    // CHECK-NEXT: void 499500
    printf("void %d\n", (int)sum);
    // CHECK-NEXT: nested 5655
    printf("nested %d\n", (int)nested(2));

    bool right = true;
    for (size_t k = 0; k < 2000; k++)
        right &= returns_from_sink(k + 70, k) == (int64_t)k && alive == 0;
    // CHECK-NEXT: return 1, alive 0
    printf("return %d, alive %d\n", right, alive);
    size_t turns = 0;
    for (int k = 0; k < 600; k++)
        coro_interleave(CORO_GROUP_AUTO, 5000, i, small(i), v, {
            (void)v;
            if (++turns % 100 == 0)
                break;
        });
    // CHECK-NEXT: break 60000, alive 0
    printf("break %zu, alive %d\n", turns, alive);

    /* All sizes of the contest have been there, or this test proves little. */
    in_flight = 0;
    uint64_t all = 1 | 1 << 1 | 1 << 4 | 1 << 8 | (uint64_t)1 << 32 | (uint64_t)1 << 48;
    // CHECK-NEXT: sizes 1 1
    printf("sizes %d %d\n", (seen_in(60000, false) & all) == all,
           (seen_in(60000, true) & all) == all);
    return 0;
}
