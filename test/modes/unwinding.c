// With -fexceptions, awaits within the scope of a cleanup are inlined too. A thread that ends in a
// coroutine runs the cleanups of that coroutine, and of what it was called from; those of its awaiters,
// which are suspended, do not run, and the frames are lost: the same inlined and linked.
// RUN: env ASAN_OPTIONS=detect_leaks=0 %everywhere %s -fexceptions -pthread | FileCheck %s
// RUN: %cc -fexceptions -O2 -Rpass=coro-inline -Rpass-missed=coro-inline -fno-caret-diagnostics -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
#include <coroinline/coro.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void leave(const char **scope)
{
    printf("leave %s\n", *scope);
}
#define SCOPE(name) __attribute__((cleanup(leave), unused)) const char *scope_##name = #name

static void may_throw(int how)
{
    SCOPE(called);
    if (how == 1)
        pthread_exit(NULL);
}

static coro_task(int) leaf(int how)
{
    coro_begin(int);
    SCOPE(leaf);
    coro_suspend();
    may_throw(how);
    coro_return(how + 1);
}

// REMARK-DAG: 'leaf' inlined into 'middle'
static coro_task(int) middle(int how)
{
    coro_begin(int);
    SCOPE(middle);
    int r = coro_await(leaf(how));
    coro_return(r + 1);
}

// REMARK-DAG: 'middle' inlined into 'top'
static coro_task(int) top(int how)
{
    coro_begin(int);
    SCOPE(top);
    coro_return(coro_await(middle(how)));
}

static coro_task(int) early(int how)
{
    may_throw(how);
    coro_begin(int);
    SCOPE(early);
    coro_suspend();
    coro_return(how);
}

// What unwinds before the task is there unwinds to the awaiter.
// REMARK-DAG: 'early' not inlined into 'awaits_early': it calls, before coro_begin, what may throw
static coro_task(int) awaits_early(int how)
{
    coro_begin(int);
    SCOPE(awaiter);
    coro_return(coro_await(early(how)));
}

static void *drive(void *how)
{
    SCOPE(driver);
    int result = *(int *)how < 2 ? coro_run(top(*(int *)how)) : coro_run(awaits_early(*(int *)how - 2));
    printf("result %d\n", result);
    return NULL;
}

int main(void)
{
    for (int how = 0; how < 4; how++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, drive, &how))
            abort();
        pthread_join(thread, NULL);
    }
    // CHECK: leave called
    // CHECK-NEXT: leave leaf
    // CHECK-NEXT: leave middle
    // CHECK-NEXT: leave top
    // CHECK-NEXT: result 2
    // CHECK-NEXT: leave driver
    // The thread ends:
    // CHECK-NEXT: leave called
    // CHECK-NEXT: leave leaf
    // CHECK-NEXT: leave driver
    // CHECK-NEXT: leave called
    // CHECK-NEXT: leave early
    // CHECK-NEXT: leave awaiter
    // CHECK-NEXT: result 0
    // CHECK-NEXT: leave driver
    // CHECK-NEXT: leave called
    // CHECK-NEXT: leave awaiter
    // CHECK-NEXT: leave driver
    return 0;
}
