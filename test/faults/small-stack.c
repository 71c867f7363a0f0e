// On a stack of 64 KiB: chains and recursion of 100000 tasks, also below a generator, come to suspends and
// ends, are cancelled at the bottom and half-way up, and are awaited after they were driven by hand. And
// 100000 nested generators come to their end.
// RUN: %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O0 -fsanitize=thread;-O2 -fsanitize=thread' %everywhere %s | FileCheck %s
#include "Inputs/small-stack.h"
#include "../exec/Inputs/tasks.h"

#if __has_feature(thread_sanitizer)
enum { STACK = 256 << 10 }; /* it wants 134 KiB for itself */
#else
enum { STACK = 64 << 10 };
#endif
enum { DEPTH = 100000 };

static int alive, answer;

static void leave(int *unused)
{
    (void)unused;
    alive--;
}
#define SCOPED __attribute__((cleanup(leave), unused)) int scope = ++alive

/* Suspends at the bottom, and again in each layer on the way up. */
static coro_task(int) chain(int depth)
{
    coro_begin(int);
    SCOPED;
    int below = 0;
    if (depth > 0)
        below = coro_await(chain(depth - 1));
    coro_suspend();
    coro_return(below + 1);
}

/* As a tree that has grown into a list: two awaits a level, of which one finds nothing. */
static CORO_NOINLINE coro_task(int) size(int depth, int left)
{
    coro_begin(int);
    SCOPED;
    if (depth == 0)
        coro_return(0);
    int a = coro_await(size(left ? depth - 1 : 0, !left));
    int b = coro_await(size(left ? 0 : depth - 1, !left));
    coro_suspend();
    coro_return(a + b + 1);
}

static coro_generator(int) values(int depth)
{
    coro_begin_generator(int);
    SCOPED;
    coro_yield(coro_await(chain(depth)));
    coro_suspend();
    coro_yield(coro_await(chain(depth / 2)));
    coro_return();
}

static coro_task(int) sum_of_values(int depth)
{
    coro_begin(int);
    SCOPED;
    int sum = 0;
    coro_await_for(v, values(depth)) sum += v;
    coro_return(sum);
}

/* Awaits a task that was driven before, at the end of a chain of its own. */
static coro_task(int) adopt(coro_task(int) task, int depth)
{
    coro_begin(int);
    SCOPED;
    int below = depth > 0 ? coro_await(adopt(task, depth - 1)) : coro_await(task);
    coro_return(below + 1);
}

static coro_task(int) driven(int resumes)
{
    coro_task(int) task = chain(DEPTH);
    while (resumes-- > 0)
        coro_resume(task);
    return task;
}

static coro_task(int) make(int kind)
{
    switch (kind) {
    case 0:
        return chain(DEPTH);
    case 1:
        return size(DEPTH, 1);
    case 2:
        return sum_of_values(DEPTH);
    case 3: /* at the bottom */
        return adopt(driven(1), DEPTH);
    default: /* half-way up */
        return adopt(driven(DEPTH / 2), DEPTH);
    }
}
enum { KINDS = 5 };

static void *to_the_end(void *kind)
{
    answer = coro_run(make(*(int *)kind));
    return NULL;
}

static void *cancelled_below(void *kind)
{
    coro_task(int) task = make(*(int *)kind);
    coro_resume(task);
    answer = alive;
    coro_destroy(task);
    return NULL;
}

static void *cancelled_half_way(void *kind)
{
    coro_task(int) task = make(*(int *)kind);
    for (int i = 0; i < DEPTH / 2 && !coro_done(task); i++)
        coro_resume(task);
    answer = alive;
    coro_destroy(task);
    return NULL;
}

/* Generators of generators come to their end so. Those that are left early need stack for each. */
static coro_generator(int) nested(int depth)
{
    coro_begin_generator(int);
    SCOPED;
    if (depth == 0) {
        coro_yield(1);
        coro_suspend();
        coro_yield(2);
        coro_return();
    }
    coro_await_for(v, nested(depth - 1)) coro_yield(v + 1);
    coro_return();
}

static coro_task(int) sum_of_nested(void)
{
    coro_begin(int);
    int sum = 0;
    coro_await_for(v, nested(DEPTH)) sum += v;
    coro_return(sum);
}

static void *nested_to_the_end(void *unused)
{
    answer = coro_run(sum_of_nested());
    return unused;
}

/* The frames' lists are emptied on the small stack, too. */
static void run_all(const char *name, void *(*way)(void *))
{
    printf("%s:", name);
    for (int kind = 0; kind < KINDS; kind++) {
        run_on_stack(STACK, way, &kind);
        printf(" %d", answer);
    }
    printf(", alive %d\n", alive);
}

int main(void)
{
    // CHECK: ends: 100001 100000 150002 200002 200002, alive 0
    run_all("ends", to_the_end);
    // CHECK-NEXT: cancelled below: 100001 100000 100003 200001 150002, alive 0
    run_all("cancelled below", cancelled_below);
    // CHECK-NEXT: cancelled half-way: 50002 50001 50004 150002 100003, alive 0
    run_all("cancelled half-way", cancelled_half_way);
    run_on_stack(STACK, nested_to_the_end, NULL);
    // CHECK-NEXT: nested generators: 200003, alive 0
    printf("nested generators: %d, alive %d\n", answer, alive);
    return 0;
}
