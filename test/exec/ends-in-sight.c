// Where all calls of a static coroutine are seen to make roots, or to be awaited, its tasks have one end. Calls that get it as an
// argument are none of its own; a task may be driven before it is awaited; and some never end.
// RUN: env LEVELS='-O0;-O2;-O2 -fsanitize=address,undefined' %everywhere %s | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>

typedef coro_task(int) (*function)(int);

// Named in calls that make roots, and nowhere else.
static coro_task(int) awaited_by_roots(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 1);
}

// Others may call it, too: what it calls is not known.
CORO_NOINLINE coro_task(int) awaits(function f, int n)
{
    coro_begin(int);
    coro_return(10 * coro_await(f(n)));
}

// Named in calls that are awaited, and nowhere else.
static coro_task(int) root_of_awaited(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 2);
}

CORO_NOINLINE coro_task(int) runs(function f, int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(100 * coro_run(f(n)));
}

static coro_task(int) awaits_what_runs(int n)
{
    coro_begin(int);
    coro_return(1 + coro_await(runs(root_of_awaited, n)));
}

// Ends as a root or as a part of another task, as it happens to be driven.
static CORO_NOINLINE coro_task(int) either(int suspends)
{
    coro_begin(int);
    for (int i = 0; i < suspends; i++)
        coro_suspend();
    coro_return(suspends);
}

static coro_task(int) drives_then_awaits(int suspends)
{
    coro_begin(int);
    coro_task(int) task = either(suspends);
    coro_resume(task);
    int result;
    if (coro_done(task)) {
        result = 1000 + coro_result(task);
        coro_destroy(task);
    } else {
        result = coro_await(task);
    }
    coro_return(result);
}

// These never end.
static CORO_NOINLINE coro_task(void) forever(const char *name)
{
    coro_begin(void);
    for (int i = 0;; i++) {
        printf("%s %d\n", name, i);
        coro_suspend();
    }
}

static coro_task(void) inlined_forever(const char *name)
{
    coro_begin(void);
    for (int i = 0;; i++) {
        printf("%s %d\n", name, i);
        coro_suspend();
    }
}

static coro_task(int) awaits_forever(const char *name)
{
    coro_begin(int);
    coro_suspend();
    coro_await(inlined_forever(name));
    coro_return(7);
}

static CORO_NOINLINE coro_task(int) awaits_forever_linked(const char *name)
{
    coro_begin(int);
    coro_suspend();
    coro_await(inlined_forever(name));
    coro_return(7);
}

static coro_task(int) awaits_one(int which)
{
    coro_begin(int);
    printf("%d\n", which);
    if (which == 1)
        coro_await(forever("linked"));
    int result;
    if (which == 2)
        result = coro_await(awaits_forever("inlined"));
    else
        result = coro_await(awaits_forever_linked("inlined into a linked one"));
    printf("not reached\n");
    coro_return(result);
}

int main(void)
{
    int sum = 0;
    coro_interleave(2, 3, i, awaits(awaited_by_roots, (int)i), v, { sum += v; });
    // CHECK: roots: 60
    printf("roots: %d\n", sum);
    // CHECK: awaited: 501 601
    printf("awaited: %d %d\n", coro_run(awaits_what_runs(3)), coro_run(awaits_what_runs(4)));
    // CHECK: either: 1000 1 3
    printf("either: %d %d %d\n", coro_run(drives_then_awaits(0)), coro_run(drives_then_awaits(1)),
           coro_run(drives_then_awaits(3)));
    for (int which = 1; which <= 3; which++) {
        coro_task(int) task = awaits_one(which);
        for (int i = 0; i < 4; i++)
            coro_resume(task);
        // CHECK: 1
        // CHECK-NEXT: linked 0
        // CHECK-NEXT: linked 1
        // CHECK-NEXT: linked 2
        // CHECK-NEXT: linked 3
        // CHECK-NEXT: done: 0
        // CHECK-NEXT: 2
        // CHECK-NEXT: inlined 0
        // CHECK-NEXT: inlined 1
        // CHECK-NEXT: inlined 2
        // CHECK-NEXT: done: 0
        // CHECK-NEXT: 3
        // CHECK-NEXT: inlined into a linked one 0
        // CHECK-NEXT: inlined into a linked one 1
        // CHECK-NEXT: inlined into a linked one 2
        // CHECK-NEXT: done: 0
        printf("done: %d\n", coro_done(task));
        coro_destroy(task);
    }
    return 0;
}
