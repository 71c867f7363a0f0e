// Who goes on when a task ends: awaiters of several coroutines, at several awaits, that keep the task in
// a variable which it overwrites, that are generators or await one, that end at once or in the middle of
// others, cancelled or not. Everywhere the same answers.
// RUN: %everywhere %s | FileCheck %s
// CHECK: 0 3920663283157579650
// CHECK-NEXT: 1 16909800823551327842
// CHECK-NEXT: 2 13267273350315335604
// CHECK-NEXT: 3 5533403087780324194
// CHECK-NEXT: 4 2812795841569087724
// CHECK-NEXT: 5 10946163458231327746
// CHECK-NEXT: 6 7017388417555302072
// CHECK-NEXT: 1639 steps, 0 open
#include "Inputs/tasks.h"

typedef struct {
    uint64_t a, b, c;
} triple;
coro_declare(triple);

static uint64_t state = 88172645463325252u;
static uint64_t draw(void)
{
    state ^= state << 13, state ^= state >> 7;
    return state ^= state << 17;
}

enum { CELLS = 1 << 12 };
static uint64_t cells[CELLS];
static int open_awaiters;
static void leave(int *x)
{
    open_awaiters -= *x;
}

/* Awaited by one or two of the others: ends before its first suspend, or behind one or two. */
#define FIND(find)                                                                                 \
    static coro_task(uint64_t) find(uint64_t key)                                                  \
    {                                                                                              \
        coro_begin(uint64_t);                                                                      \
        const uint64_t *cell = &cells[key % CELLS];                                                \
        if (key % 7 == 0)                                                                          \
            coro_return(key);                                                                      \
        coro_prefetch(cell);                                                                       \
        if (*cell % 3 == 0)                                                                        \
            coro_prefetch(cell + 1);                                                               \
        coro_return(*cell ^ key);                                                                  \
    }
FIND(find_in_loop)
FIND(find_three)
FIND(find_wide)
FIND(find_held)
FIND(find_for_generator)
FIND(find_beside_generator)
FIND(find)

/* In a loop, and with the result of the one before. */
static coro_task(uint64_t) chase(uint64_t key, unsigned n)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    for (unsigned k = 0; k < n; k++) {
        key = coro_await(find_in_loop(key + k));
        if (key % 11 == 0)
            continue;
        if (key % 61 == 0)
            break;
        sum = sum * 31 + key;
    }
    coro_return(sum);
}

/* At three places, of which one is in a branch; an object that wants to be left. */
static coro_task(uint64_t) pick(uint64_t key)
{
    coro_begin(uint64_t);
    int here __attribute__((cleanup(leave))) = 1;
    open_awaiters++;
    uint64_t first = coro_await(find_three(key));
    if (first & 1) {
        uint64_t second = coro_await(find_three(first));
        coro_return(first * 3 + second);
    }
    uint64_t third = coro_await(find_three(first >> 1));
    coro_return(third - first);
}

/* A wide result, of two awaits at once. */
static coro_task(triple) both(uint64_t key)
{
    coro_begin(triple);
    uint64_t a = coro_await(pick(key));
    triple r = {a, coro_await(find_wide(a)), key};
    coro_return(r);
}

/* The task in a variable that somebody else has the address of. */
struct later {
    coro_task(uint64_t) * task;
    uint64_t key;
};
static void spoil(struct later *l)
{
    l->key++;
}
static coro_task(uint64_t) held(uint64_t key)
{
    coro_begin(uint64_t);
    coro_task(uint64_t) task = find_held(key);
    struct later l = {&task, key};
    spoil(&l);
    uint64_t a = coro_await(*l.task);
    task = find_held(a + l.key);
    spoil(&l);
    uint64_t b = coro_await(task);
    coro_return(a ^ b ^ l.key);
}

/* A generator that awaits, and one that awaits it. */
static coro_generator(uint64_t) series(uint64_t key, unsigned n)
{
    coro_begin_generator(uint64_t);
    for (unsigned k = 0; k < n; k++) {
        key = coro_await(find_for_generator(key * 5 + k));
        if (key % 13 != 0)
            coro_yield(key);
    }
    coro_return();
}
static coro_task(uint64_t) total(uint64_t key)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    coro_await_for(v, series(key, 9))
    {
        sum += v;
        if (v % 29 == 0)
            break;
        sum ^= coro_await(find_beside_generator(v));
    }
    coro_return(sum);
}

/* One that awaits itself, and that. */
static coro_task(uint64_t) deep(uint64_t key, unsigned n)
{
    coro_begin(uint64_t);
    if (n == 0)
        coro_return(coro_await(find(key)));
    uint64_t below = coro_await(deep(key * 3 + n, n - 1));
    coro_return(below + coro_await(chase(below, n % 4)));
}

static coro_task(uint64_t) root(unsigned kind, uint64_t key)
{
    coro_begin(uint64_t);
    switch (kind) {
    case 0:
        coro_return(coro_await(chase(key, key % 20)));
    case 1:
        coro_return(coro_await(pick(key)));
    case 2: {
        triple t = coro_await(both(key));
        coro_return(t.a ^ t.b * 3 ^ t.c * 5);
    }
    case 3:
        coro_return(coro_await(held(key)));
    case 4:
        coro_return(coro_await(total(key)));
    case 5:
        coro_return(coro_await(deep(key, key % 9)));
    default:
        coro_return(coro_await(find(key)));
    }
}

int main(void)
{
    for (unsigned k = 0; k < CELLS; k++)
        cells[k] = draw();
    enum { TASKS = 3500 };
    uint64_t sums[7] = {0};
    for (unsigned group = 1; group <= 40; group += 13)
        coro_interleave(group, TASKS, i, root(i % 7, i * 2654435761u), v,
                        { sums[i % 7] = sums[i % 7] * 3 + v * (i + 1) % 1000003 * group; });
    /* The order of the ends is the same everywhere. */
    for (unsigned k = 0; k < 7; k++)
        printf("%u %llu\n", k, (unsigned long long)sums[k]);
    /* Cancelled at each of its suspends. */
    uint64_t steps = 0;
    for (unsigned kind = 0; kind < 7; kind++)
        for (unsigned stop = 0; stop < 40; stop++) {
            coro_task(uint64_t) task = root(kind, 12345 + stop);
            for (unsigned k = 0; k < stop && !coro_done(task); k++)
                coro_resume(task), steps++;
            coro_destroy(task);
        }
    printf("%llu steps, %d open\n", (unsigned long long)steps, open_awaiters);
    return 0;
}
