// Generators in plain functions and in coroutines, against the same loops in plain C: early exits,
// several alive at once, nested, made anew in a loop, that suspend and await, of values of any size,
// recursive.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef struct large {
    int64_t part[9];
    char tail;
} large;
typedef int apart __attribute__((aligned(64)));
coro_declare(large);
coro_declare(apart);

static coro_generator(int) range(int from, int to)
{
    coro_begin_generator(int);
    for (int i = from; i < to; i++)
        coro_yield(i);
    coro_return();
}

/* Suspends between its values, and within what it awaits. */
static coro_generator(int) slow(int from, int to, int suspends)
{
    coro_begin_generator(int);
    for (int i = from; i < to; i++) {
        for (int k = 0; k < suspends; k++)
            coro_prefetch(&i);
        coro_yield(coro_await(late(i, suspends)));
        if (i % 3 == 0)
            coro_yield(-i);
    }
    coro_return();
}

/* A generator of another one's values. */
static coro_generator(int) odd(int from, int to)
{
    coro_begin_generator(int);
    coro_await_for(v, slow(from, to, 1)) if (v & 1) coro_yield(v);
    coro_return();
}

static coro_generator(large) larges(int count)
{
    coro_begin_generator(large);
    large value = {{0}, 'x'};
    while (count-- > 0) {
        for (int i = 0; i < 9; i++)
            value.part[i] += i * count;
        coro_yield(value);
    }
    coro_return();
}

static coro_generator(apart) aparts(int count)
{
    coro_begin_generator(apart);
    while (count-- > 0)
        coro_yield(count);
    coro_return();
}

static coro_generator(bool) none(void)
{
    coro_begin_generator(bool);
    coro_return();
}

struct tree {
    struct tree *left, *right;
    int key;
};

static coro_generator(int) in_order(struct tree *t)
{
    coro_begin_generator(int);
    if (!t)
        coro_return();
    coro_prefetch(t);
    coro_await_for(key, in_order(t->left)) coro_yield(key);
    coro_yield(t->key);
    coro_await_for(key, in_order(t->right)) coro_yield(key);
    coro_return();
}

static struct tree *insert(struct tree *t, struct tree *nodes, int *used, int key)
{
    if (!t) {
        t = &nodes[(*used)++];
        *t = (struct tree){NULL, NULL, key};
    } else if (key < t->key) {
        t->left = insert(t->left, nodes, used, key);
    } else {
        t->right = insert(t->right, nodes, used, key);
    }
    return t;
}

/* The body of a coroutine and of a plain function alike. */
#define LOOPS(FOR, NEXT)                                                                           \
    uint64_t sum = 0;                                                                              \
    FOR(v, range(0, n))                                                                            \
    { /* break and continue */                                                                     \
        if (v == 3)                                                                                \
            continue;                                                                              \
        if (v > 20)                                                                                \
            break;                                                                                 \
        ADD(v);                                                                                    \
    }                                                                                              \
    FOR(v, slow(0, n, 2))                                                                          \
    ADD(v);                                                                                        \
    FOR(v, odd(0, n))                                                                              \
    ADD(v);                                                                                        \
    for (int outer = 0; outer < 3; outer++) /* made anew */                                        \
        FOR(v, range(outer, n))                                                                    \
        {                                                                                          \
            FOR(w, range(v, n))                                                                    \
            { /* nested */                                                                         \
                if (w > v + outer)                                                                 \
                    break;                                                                         \
                ADD(v * w);                                                                        \
            }                                                                                      \
            if (v > 10)                                                                            \
                goto out;                                                                          \
        }                                                                                          \
    out:                                                                                           \
    FOR(v, none())                                                                                 \
    ADD(v);                                                                                        \
    FOR(v, larges(n))                                                                              \
    {                                                                                              \
        for (int i = 0; i < 9; i++)                                                                \
            ADD(v.part[i]);                                                                        \
        ADD(v.tail);                                                                               \
    }                                                                                              \
    FOR(v, aparts(n))                                                                              \
    ADD(v + (int)((uintptr_t)&v % 64));                                                            \
    coro_generator(int) a = range(0, n), b = slow(n, 3 * n, 1); /* in turns */                     \
    for (int x, y; NEXT(a, &x) && NEXT(b, &y);) {                                                  \
        ADD(x);                                                                                    \
        ADD(y);                                                                                    \
        if (x % 4 == 1 && NEXT(b, &y)) /* another place */                                         \
            ADD(y);                                                                                \
    }                                                                                              \
    coro_destroy(a);                                                                               \
    coro_destroy(b)

#define ADD(x) (sum = sum * 31 + (uint64_t)(x))

static coro_task(uint64_t) awaited(int n)
{
    coro_begin(uint64_t);
    LOOPS(coro_await_for, coro_await_next);
    coro_return(sum);
}

static uint64_t driven(int n)
{
    LOOPS(coro_for, coro_next);
    return sum;
}

static uint64_t plain(int n)
{
    uint64_t sum = 0;
    for (int v = 0; v < n && v <= 20; v++)
        if (v != 3)
            ADD(v);
    for (int v = 0; v < n; v++) {
        ADD(v);
        if (v % 3 == 0)
            ADD(-v);
    }
    for (int v = 0; v < n; v++) {
        if (v & 1)
            ADD(v);
        if (v % 3 == 0 && (v & 1))
            ADD(-v);
    }
    for (int outer = 0; outer < 3; outer++)
        for (int v = outer; v < n; v++) {
            for (int w = v; w < n && w <= v + outer; w++)
                ADD(v * w);
            if (v > 10)
                goto out;
        }
out:;
    large value = {{0}, 'x'};
    for (int count = n - 1; count >= 0; count--) {
        for (int i = 0; i < 9; i++)
            ADD(value.part[i] += i * count);
        ADD(value.tail);
    }
    for (int count = n - 1; count >= 0; count--)
        ADD(count);
    int values[240], count = 0, at = 0;
    for (int v = n; v < 3 * n; v++) {
        values[count++] = v;
        if (v % 3 == 0)
            values[count++] = -v;
    }
    for (int x = 0; x < n; x++) {
        ADD(x);
        ADD(values[at++]);
        if (x % 4 == 1)
            ADD(values[at++]);
    }
    return sum;
}

/* The sums of a tree's keys that are no more than `last`. */
static coro_task(uint64_t) sum_up_to(struct tree *t, int last)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    coro_await_for(key, in_order(t))
    {
        if (key > last)
            break;
        ADD(key);
    }
    coro_return(sum);
}

/* A generator that others get values from: by pointer, or by copies of the handle. */
static coro_task(int) take(coro_generator(int) from, int count)
{
    coro_begin(int);
    int sum = 0;
    for (int v; count > 0 && coro_await_next(from, &v); count--)
        sum += v;
    coro_return(sum);
}

static coro_task(int) takes(int n)
{
    coro_begin(int);
    int sum = 0;
    coro_generator(int) g = slow(0, n, 1);
    for (int i = 0; i < 3; i++)
        sum = 10 * sum + coro_await(take(g, 2));
    coro_destroy(g);
    coro_return(sum);
}

int main(void)
{
    // CHECK-NOT: differ
    for (int n = 0; n < 40; n++) {
        uint64_t expected = plain(n), got = driven(n), awaits = coro_run(awaited(n));
        if (got != expected || awaits != expected)
            printf("%d: driven %d or awaited %d differ\n", n, got != expected, awaits != expected);
    }
    struct tree nodes[200], *t = NULL;
    int used = 0;
    unsigned random = 1;
    while (used < 200)
        t = insert(t, nodes, &used, (int)((random = random * 1103515245 + 12345) >> 16) % 1000);
    int last = -1, count = 0;
    coro_for(key, in_order(t))
    {
        if (key < last)
            printf("%d behind %d\n", key, last);
        last = key;
        count++;
    }
    // CHECK: 200 keys up to 9{{..}}
    printf("%d keys up to %d\n", count, last);
    uint64_t sums[32], here = 0, total = 0;
    for (int i = 0; i < 32; i++) {
        sums[i] = 0;
        coro_for(key, in_order(t))
        {
            if (key > i * 9)
                break;
            sums[i] = sums[i] * 31 + (uint64_t)key;
        }
        total += sums[i];
    }
    coro_interleave(5, 32, i, sum_up_to(t, (int)i * 9), v, {
        here += v;
        if (v != sums[i])
            printf("sum %zu differs\n", i);
    });
    // CHECK-NEXT: interleaved 1
    printf("interleaved %d\n", here == total && total != 0);
    // CHECK-NEXT: takes 30{{$}}
    printf("takes %d\n", coro_run(takes(9))); /* 0 and 0, 1 and 2, 3 and -3 */

    coro_generator(int) by_hand = range(5, 7);
    int v = 0, first = coro_next(by_hand, &v), second = v;
    coro_next(by_hand, &v);
    bool more = coro_next(by_hand, &second);
    // CHECK-NEXT: by hand 1 6 5 0
    printf("by hand %d %d %d %d\n", first, v, second, more);
    coro_destroy(by_hand);
    return 0;
}
