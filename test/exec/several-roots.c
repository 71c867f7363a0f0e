// A generator that awaits and suspends goes from root to root, is asked by hand in between, and is
// cancelled with one of them; and roots whose innermost tasks have gone are destroyed: each root is
// resumed where it stands, and nothing else is touched.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static int alive;
static void leave(int *unused)
{
    (void)unused;
    alive--;
}
#define ALIVE __attribute__((cleanup(leave), unused)) int scope = ++alive

static CORO_NOINLINE coro_task(int) linked(int x)
{
    coro_begin(int);
    ALIVE;
    coro_suspend();
    coro_return(x);
}

/* Between two values stand 3 suspends: one of its own, one each of two tasks. */
static coro_generator(int) numbers(void)
{
    coro_begin_generator(int);
    ALIVE;
    for (int i = 1;; i++) {
        int first = coro_await(linked(i));
        coro_suspend();
        coro_yield(10 * first + coro_await(linked(i)));
    }
}

static CORO_NOINLINE coro_task(int) take(coro_generator(int) * from, int count)
{
    coro_begin(int);
    ALIVE;
    int v = 0, sum = 0;
    while (count-- > 0 && coro_await_next(*from, &v)) {
        sum += v;
        coro_suspend();
    }
    coro_return(sum);
}

/* Suspends itself where what it awaited has gone. */
static coro_task(int) deeper(coro_generator(int) * from, int count, int depth)
{
    coro_begin(int);
    ALIVE;
    int sum = depth ? coro_await(deeper(from, count, depth - 1)) : coro_await(take(from, count));
    coro_suspend();
    coro_return(sum);
}

static int by_hand(coro_generator(int) from)
{
    int v = 0;
    coro_next(from, &v);
    return v;
}

/* Never awaited: all that tells it is what it awaits, and itself behind that. */
static coro_task(int) outer(int x)
{
    coro_begin(int);
    ALIVE;
    int sum = coro_await(linked(x));
    coro_suspend();
    sum += coro_await(linked(x));
    coro_suspend();
    coro_return(sum);
}

int main(void)
{
    // CHECK: 11 55 44 121 77 alive 1
    coro_generator(int) g = numbers();
    printf("%d", by_hand(g));
    printf(" %d", coro_run(take(&g, 2)));
    printf(" %d", by_hand(g));
    int resumes;
    printf(" %d", drive(deeper(&g, 2, 2), resumes));
    printf(" %d alive %d\n", by_hand(g), alive);
    coro_destroy(g);

    /* Asked by several roots in turn, each of which is cancelled at some suspend, and the last one
     * with the generator. What has ended is destroyed, too. */
    // CHECK-NEXT: 0: 12 4, alive 0
    // CHECK-NEXT: 1: 12 4, alive 0
    // CHECK-NEXT: 2: 12 4, alive 0
    // CHECK-NEXT: 3: 12 4, alive 0
    for (int depth = 0; depth < 4; depth++) {
        int firsts = 0, seconds = 0, left = 0; /* that have ended; scopes */
        for (int cut = 0; cut < 14 + depth; cut++) {
            g = numbers();
            coro_task(int) first = deeper(&g, 1, depth), second = deeper(&g, 2, depth);
            for (int k = 0; k < 4; k++)
                coro_resume(first); /* has its value */
            for (int k = 0; k < cut && !coro_done(second); k++) {
                coro_resume(second);
                if (!coro_done(first))
                    coro_resume(first);
            }
            firsts += coro_done(first);
            seconds += coro_done(second);
            coro_destroy(first);
            coro_destroy(second);
            coro_destroy(g);
            left += alive;
        }
        printf("%d: %d %d, alive %d\n", depth, firsts, seconds, left);
    }

    /* All in flight at once. */
    coro_generator(int) each[8];
    int sum = 0;
    for (int i = 0; i < 8; i++)
        each[i] = numbers();
    coro_interleave(8, 64, i, deeper(&each[i % 8], i / 8 == 3, (int)i % 3), v, { sum += v; });
    // CHECK: {{^}}88 alive 8
    printf("%d alive %d\n", sum, alive);
    for (int i = 0; i < 8; i++)
        coro_destroy(each[i]);
    sum = 0;
    coro_interleave(8, 64, i, outer((int)i), v, {
        sum += v;
        if (i == 40)
            break;
    });
    // CHECK-NEXT: 1640 alive 0
    printf("%d alive %d\n", sum, alive);
    return 0;
}
