// Odd but legal C: declarations without prototypes, attributes, jumps of every kind across awaits, tasks
// that are qualified, packed or compared; the same everywhere.
// RUN: %everywhere %s -Wno-deprecated-non-prototype -Wno-ignored-attributes -Wno-dangling-else | FileCheck %s
#include "Inputs/tasks.h"

typedef coro_task(int) task;

/* An old-style definition, called before anything is known of its arguments. */
static task old_style();
static task calls_old_style(int n)
{
    coro_begin(int);
    coro_return(coro_await(old_style(n, 2.0, 'c')));
}
static task old_style(n, d, c)
int n;
double d;
char c;
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + (int)d + c);
}

/* Its variable arguments are nobody's. */
static task variadic(int n, ...)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

static task in_inner_block(int n)
{
    {
        coro_begin(int);
        coro_suspend();
        coro_return(n);
    }
}

static task in_a_branch(int n)
{
    if (n > 10) {
        coro_begin(int);
        coro_suspend();
        coro_return(n);
    }
    return late(n, 1);
}

#define CHILD(attributes, name)                                                                    \
    static __attribute__((attributes)) task name(int n)                                            \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n);                                                                            \
    }
CHILD(flatten, flat)
CHILD(pure, only_reads)
CHILD(warn_unused_result, hot_one)
CHILD(minsize, small)
CHILD(preserve_most, preserving)
CHILD(ms_abi, of_windows)
CHILD(section("somewhere"), elsewhere)
CHILD(no_sanitize("all"), unsanitized)
CHILD(aligned(64), apart)

static __attribute__((flatten)) task attributes(void)
{
    coro_begin(int);
    int r = coro_await(flat(1)) + coro_await(only_reads(2)) + coro_await(only_reads(2));
    r = 10 * r + coro_await(hot_one(3)) + coro_await(small(4)) + coro_await(preserving(5));
    r = 10 * r + coro_await(of_windows(6)) + coro_await(elsewhere(7));
    coro_return(10 * r + coro_await(unsanitized(8)) + coro_await(apart(9)));
}

/* A task that two names make. */
task named(int n);
task named(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 1);
}
task other_name(int n) __attribute__((alias("named")));
typedef task maker(int n);
static maker *resolve(void)
{
    return named;
}
task resolved(int n) __attribute__((ifunc("resolve")));
static task names(maker *given)
{
    coro_begin(int);
    int r = coro_await(other_name(1)) + 10 * coro_await(resolved(2));
    r += 100 * (given == named) + 1000 * (given != flat);
    coro_return(r + 10000 * coro_await((given == named ? named : flat)(3)));
}

struct __attribute__((packed)) packed {
    char c;
    task t;
};
static volatile task in_memory;
static task qualified(int n, struct packed *p)
{
    coro_begin(int);
    const task constant = late(n, 1);
    volatile task changing = late(2 * n, 1);
    in_memory = late(3 * n, 0);
    struct packed own = {1, late(4 * n, 1)};
    int r = coro_await(constant) + 10 * coro_await(changing);
    coro_return(r + 100 * coro_await(in_memory) + 1000 * coro_await(own.t) + coro_await(p->t));
}

static task jumps(int n)
{
    coro_begin(int);
    int i = (n + 3) / 4, r = 0;
    switch (n % 4) {
    case 0:
        do {
            r += coro_await(late(1, 1));
        case 3:
            r += 10 * coro_await(late(1, 0));
        case 2:
            coro_suspend();
        case 1:
            r += 100 * coro_await(late(1, 2));
        } while (--i > 0);
    }
    switch (coro_await(late(n, 1))) {
    case 0 ... 3:
        r += coro_await(late(1000, 1));
        break;
    case 4 ... 100:
        r += coro_await(late(2000, 1));
    default:
        coro_suspend();
    }
    for (int k = ({ coro_await(late(0, 1)); });
         k < ({ coro_await(late(3, 1)); }); k += coro_await(late(1, 1)))
        r += ({
            if (k == 1)
                continue;
            if (n == 6)
                goto out;
            if (n == 7)
                coro_return(({
                    if (r)
                        coro_return(-r);
                    coro_await(late(3, 1));
                }));
            coro_await(late(10000, 1));
        });
out: {
    __label__ again;
again:
    if (coro_await(late(r, 1)) % 10) {
        r++;
        goto again;
    }
}
    coro_return(r);
}

/* What stands in an operand that is not evaluated does not run; an array's bound does. */
static task unevaluated(int n)
{
    coro_begin(int);
    int r = (int)sizeof(coro_await(told(1))) + _Generic(coro_await(told(2)), int: 10, default: 0);
    __typeof__(coro_await(told(3))) x = _Generic(n, int: coro_await(told(4)), default: 0);
    int sized[coro_await(told(5))];
    sized[4] = x;
    coro_return(r + sized[4] + (int)(sizeof sized / sizeof *sized) * 100);
}

/* A cleanup that drives a task of its own, also while its coroutine is cancelled. */
static void drives(int *n)
{
    printf("[%d]", coro_run(late(*n, 2)));
}
static task cleans_up(int n)
{
    coro_begin(int);
    __attribute__((cleanup(drives))) int outer = n;
    for (int i = 0; i < 2; i++) {
        __attribute__((cleanup(drives))) int inner = coro_await(late(i, 1));
        coro_suspend();
    }
    coro_return(n);
}

int main(void)
{
    // CHECK: old 105, variadic 3, inner 4, branch 20 5
    int resumes, r = drive(calls_old_style(4), resumes);
    printf("old %d, variadic %d, inner %d", r, coro_run(variadic(3, 1.5, "")),
           coro_run(in_inner_block(4)));
    printf(", branch %d %d\n", coro_run(in_a_branch(20)), coro_run(in_a_branch(5)));
    // CHECK-NEXT: attributes 6347 after 11 resumes
    r = drive(attributes(), resumes);
    printf("attributes %d after %d resumes\n", r, resumes);
    // CHECK-NEXT: names 41132, 30032
    printf("names %d, %d\n", coro_run(names(named)), coro_run(names(flat)));
    struct packed p = {0, late(100000, 1)};
    // CHECK-NEXT: qualified 108642
    printf("qualified %d\n", coro_run(qualified(2, &p)));
    // CHECK-NEXT: jumps 21120 21100 21100 21110 22120 22220 2220 -2221 22230
    for (int n = 0; n < 9; n++)
        printf("%s%d", n ? " " : "jumps ", coro_run(jumps(n)));
    printf("\n");
    r = coro_run(unevaluated(1));
    // CHECK-NEXT: <4><5>518
    printf("%d\n", r);
    task cleaning = cleans_up(7);
    coro_resume(cleaning);
    coro_resume(cleaning);
    coro_destroy(cleaning);
    // CHECK-NEXT: [0][7][0][1][8] 8
    printf("%s %d\n", "", coro_run(cleans_up(8)));
    return 0;
}
