// CORO_GROUP_AUTO finds the group size: on a simulated clock, for costs of all shapes, with noise, in
// long calls and short ones, and again when the tasks become others.
// RUN: %cc -O2 %s -o %t && %t | FileCheck %s --implicit-check-not=FAR
#include "Inputs/simulated.h"

/* ---- What a resumption costs ----------------------------------------------------------------- */

/* Memory: a miss is shared by all in flight, as far as the machine can have misses in flight; then
 * the tasks throw each other's lines out. */
static double miss(unsigned in_flight)
{
    double shared = 300.0 / in_flight;
    return (shared < 28 ? 28 : shared) + (in_flight > 24 ? 0.2 * (in_flight - 24) : 0);
}

/* All lies in the cache: keeping several in flight costs, and brings nothing. */
static double hit(unsigned in_flight)
{
    return in_flight == 1 ? 4 : 4.5;
}

/* Less at 1 than at 2, and still less at 8 and beyond. */
static double two_valleys(unsigned in_flight)
{
    return in_flight == 1 ? 5.5 : in_flight < 8 ? 8 : 5;
}

static double ever_less(unsigned in_flight)
{
    return 10 + 640.0 / in_flight;
}

/* Hardly anything between 12 and 24, which the least is not worth: a little to the side of it all
 * is worse. */
static double flat_valley(unsigned in_flight)
{
    return in_flight < 12 ? 20 + 0.6 * (12 - in_flight)
                          : 20 + (in_flight <= 24 ? 0.03 : 0.1) * (in_flight - 12);
}

static double flat(unsigned in_flight)
{
    (void)in_flight;
    return 20;
}

/* With the best size of those that a call of n tasks can have. */
static double least(double (*of)(unsigned), size_t n)
{
    double best = of(1);
    for (unsigned k = 2; k <= CORO__MAX_AUTO && k <= n; k++)
        best = of(k) < best ? of(k) : best;
    return best;
}

/* ---- How long tasks are ---------------------------------------------------------------------- */

static uint64_t sixteen(void)
{
    return 16;
}

/* Most short, a few very long. */
static uint64_t skewed(void)
{
    return 2000 / (1 + below(2000));
}

static uint64_t thousands(void)
{
    return 3000 + below(2000);
}

/* ---- The runs -------------------------------------------------------------------------------- */

enum { TIME = 100000000 }; /* ns */

/* Between two calls. */
static unsigned long long elsewhere;

/* What a resumption took in calls of n tasks that go on for so long, half of which the sink leaves
 * before their end; each place where this stands learns by itself. */
#define TIME_OF(length, n, time, leaves)                                                           \
    __extension__({                                                                                \
        uint64_t resumed = 0;                                                                      \
        unsigned long long start = simulated_time, work_before = work_done;                        \
        double noise_before = noise_so_far;                                                        \
        while (simulated_time < start + (time)) {                                                  \
            coro_interleave(CORO_GROUP_AUTO, (n), i, busy(length()), v, {                          \
                resumed += v;                                                                      \
                found = coro__site.size;                                                           \
                if (simulated_time >= start + (time) || ((leaves) && i == (n) / 2))                \
                    break;                                                                         \
            });                                                                                    \
            in_flight = 0; /* also without those that were cancelled */                            \
            simulated_time += elsewhere;                                                           \
            start += elsewhere;                                                                    \
        }                                                                                          \
        (void)resumed;                                                                             \
        noise_factor = (noise_so_far - noise_before) / (double)(work_done - work_before);          \
        (double)(simulated_time - start) / (double)(work_done - work_before);                      \
    })

static unsigned found;
static double noise_factor; /* on average, but for interrupts */

/* Whether the time is at most so many percent above the least possible. */
static void judge(const char *what, double time, double of(unsigned), size_t n, double percent)
{
    double above = 100 * (time / (least(of, n) * noise_factor) - 1);
    printf("%s: %s, %u\n", what, above <= percent ? "near" : "FAR", found);
    if (above > percent)
        printf("  %.1f%% above the least\n", above);
}

#define FINDS(what, of, length, n, percent)                                                        \
    do {                                                                                           \
        cost = of;                                                                                 \
        judge(what, TIME_OF(length, (size_t)(n), TIME, false), of, (n), (percent));                \
    } while (0)

int main(void)
{
    /* With all that is spent on finding the size, from the first task on. */
    // CHECK: misses: near, {{12|16|24}}
    FINDS("misses", miss, sixteen, 100000, 3);
    // CHECK: hits: near, 1
    FINDS("hits", hit, sixteen, 100000, 3);
    // CHECK: two valleys: near, {{8|12|16|24|32|48|64}}
    FINDS("two valleys", two_valleys, sixteen, 100000, 3);
    // CHECK: ever less: near, 64
    FINDS("ever less", ever_less, sixteen, 100000, 3);
    // CHECK: flat: near
    FINDS("flat", flat, sixteen, 100000, 3);
    // CHECK: skewed: near
    FINDS("skewed", miss, skewed, 1000000, 3);
    // CHECK: skewed hits: near, 1
    FINDS("skewed hits", hit, skewed, 1000000, 3);
    // CHECK: long: near, {{12|16|24}}
    cost = miss;
    judge("long", TIME_OF(thousands, (size_t)10000, 10ULL * TIME, false), miss, 10000, 3);

    /* Noise that is the same for all sizes is no loss. */
    is_noisy = true;
    // CHECK: noise, misses: near, {{12|16|24}}
    FINDS("noise, misses", miss, sixteen, 100000, 4);
    // CHECK: noise, hits: near
    FINDS("noise, hits", hit, sixteen, 100000, 4);
    // CHECK: noise, ever less: near, {{48|64}}
    FINDS("noise, ever less", ever_less, sixteen, 100000, 4);
    /* A neighbour that comes for long looks like other tasks, and there is nothing to be found; until
     * they are others. */
    neighbour_stays = 10 * 1000 * 1000;
    for (int turn = 0; turn < 2; turn++) {
        cost = turn ? hit : miss;
        judge(turn ? "busy neighbour, then hits" : "busy neighbour",
              TIME_OF(sixteen, (size_t)100000, 20ULL * TIME, false), cost, 100000, 3 + 2 * turn);
    }
    // CHECK: busy neighbour: near, {{12|16|24}}
    // CHECK: busy neighbour, then hits: near, 1{{$}}
    is_noisy = false;

    /* Short calls: their ends, with less and less in flight, are no fault of the size. */
    // CHECK: calls of 100: near, {{12|16|24|32|48|64}}
    FINDS("calls of 100", miss, sixteen, 100, 25);
    // CHECK: calls of 100 hits: near, 1
    FINDS("calls of 100 hits", hit, sixteen, 100, 3);
    // CHECK: calls of 7: near, {{8|12|16|24|32|48|64}}
    FINDS("calls of 7", miss, sixteen, 7, 25);

    /* Seldom, but long enough for a contest: there is not one in each of the calls. */
    elsewhere = 1000000000;
    // CHECK: seldom called: near, {{12|16|24}}
    FINDS("seldom called", miss, sixteen, 30000, 3);
    elsewhere = 0;

    // CHECK: left: {{12|16|24}}
    cost = miss;
    TIME_OF(sixteen, (size_t)1000, TIME, true);
    printf("left: %u\n", found);

    /* One place, other tasks: long calls, then short ones. */
    for (int calls = 100000; calls >= 100; calls /= 1000) {
        for (int turn = 0; turn < 4; turn++) {
            cost = turn % 2 ? hit : miss;
            TIME_OF(sixteen, (size_t)calls, TIME / 2, false);
            printf("calls of %d, %s: %u\n", calls, turn % 2 ? "hits" : "misses", found);
        }
    }
    // CHECK: calls of 100000, misses: {{12|16|24}}
    // CHECK-NEXT: calls of 100000, hits: 1{{$}}
    // CHECK-NEXT: calls of 100000, misses: {{12|16|24}}
    // CHECK-NEXT: calls of 100000, hits: 1{{$}}
    // CHECK-NEXT: calls of 100, misses: {{12|16|24|32|48|64}}
    // CHECK-NEXT: calls of 100, hits: 1{{$}}
    // CHECK-NEXT: calls of 100, misses: {{12|16|24|32|48|64}}
    // CHECK-NEXT: calls of 100, hits: 1{{$}}

    /* Neighbours that can't be told apart: the middle one is the safe choice. */
    // CHECK: flat valley: near, 16
    FINDS("flat valley", flat_valley, sixteen, 100000, 3);
    return 0;
}
