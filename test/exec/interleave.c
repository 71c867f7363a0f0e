// coro_interleave: side effects in its arguments, leaving its sink early, nesting, tasks of no result.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static int alive;
static void leave(int *unused)
{
    (void)unused;
    alive--;
}

static coro_task(int) counted(int x)
{
    coro_begin(int);
    __attribute__((cleanup(leave), unused)) int scope;
    alive++;
    coro_suspend();
    coro_return(coro_await(late(x, x)));
}

static int ended;
static coro_task(void) no_result(int x)
{
    coro_begin(void);
    coro_await(counted(x));
    ended++;
    coro_return();
}

static int evaluations;
static size_t once(size_t x)
{
    evaluations++;
    return x;
}

static int returns_from_sink(void)
{
    coro_interleave(4, 10, i, counted((int)i), v, {
        if (v == 5)
            return v + (int)i;
    });
    return -1;
}

static coro_task(int) interleaves(int x)
{
    coro_begin(int);
    int sum = 0;
    coro_interleave(3, (size_t)x, i, counted((int)i), v, sum += v);
    coro_suspend();
    sum += 100 * coro_run(counted(x)); /* a root of its own: none of its suspends is one here */
    coro_suspend();
    coro_return(sum);
}

static coro_task(int) awaits_interleaving(int x)
{
    coro_begin(int);
    coro_return(coro_await(interleaves(x)) + coro_await(late(1000, 1)));
}

int main(void)
{
    int numbers[] = {5, 0, 3, 1, 4}, *next = numbers, sum = 0;
    coro_interleave(once(2), once(5), k, counted(*next++), value, {
        if (numbers[k] != value)
            printf("wrong\n");
        sum += value, sum += (int)k;
    });
    // CHECK: sum 23, started 5, 2 evaluations, alive 0
    printf("sum %d, started %td, %d evaluations, alive %d\n", sum, next - numbers, evaluations,
           alive);

    int turns = 0;
    coro_interleave(4, 10, i, counted((int)i), v, {
        turns++;
        if (v == 3)
            break;
    });
    // CHECK-NEXT: break after 4, alive 0
    printf("break after %d, alive %d\n", turns, alive);
    // CHECK-NEXT: return 10, alive 0
    printf("return %d, alive %d\n", returns_from_sink(), alive);
    turns = 0;
    for (int again = 0; again < 3; again++) {
        coro_interleave(4, 10, i, counted((int)i), v, {
            turns++;
            (void)v;
            if (i == 2)
                goto out;
        });
    }
out:
    // CHECK-NEXT: goto after 3, alive 0
    printf("goto after %d, alive %d\n", turns, alive);

    /* continue in a sink goes on with the next result. */
    sum = 0;
    coro_interleave(2, 6, i, counted((int)i), v, {
        if (i % 2)
            continue;
        sum += v;
    });
    // CHECK-NEXT: continue 6
    printf("continue %d\n", sum);

    coro_interleave(3, 7, i, no_result((int)i), none, );
    coro_interleave(3, 2, i, no_result((int)i), none, { ended += 100; });
    // CHECK-NEXT: void 209, alive 0
    printf("void %d, alive %d\n", ended, alive);

    sum = 0;
    coro_interleave(2, 4, i, counted((int)i), v, {
        coro_interleave(3, (size_t)v, i, counted((int)i), v, { sum += v; });
        coro_interleave(3, 2, j, counted((int)(i + j)), w, sum += 100 * w);
    });
    // CHECK-NEXT: nested 1604
    printf("nested %d\n", sum);
    sum = 0;
    coro_interleave(2, 4, i, awaits_interleaving((int)i), v, sum += v);
    int resumes, r = drive(awaits_interleaving(4), resumes);
    // CHECK-NEXT: inside 4604, 1406 after 4 resumes, alive 0
    printf("inside %d, %d after %d resumes, alive %d\n", sum, r, resumes, alive);
    coro_interleave(8, 0, i, counted((int)i), v, printf("%d?\n", v));
    // CHECK-NEXT: none
    printf("none\n");
    return 0;
}
