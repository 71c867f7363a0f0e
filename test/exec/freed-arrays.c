// What alloca gives is a task's to its end, and no longer where the task is inlined into a loop: there is not
// enough stack for more. A variable-length array, and what alloca gives in its scope, ends there.
// RUN: %everywhere %s | FileCheck %s
// RUN: LEVELS='-O0 -g;-O2 -g' %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <alloca.h>

enum { times = 30000, size = 1000 };

static __attribute__((noinline)) int fill(char *a, int n)
{
    memset(a, n, (size_t)n);
    return (signed char)a[n / 2];
}

static coro_task(int) once(int i)
{
    coro_begin(int);
    coro_return(fill(alloca(size + i % 3), size + i % 3));
}

// The ones of all turns are there to the end.
static coro_task(int) list(int n)
{
    coro_begin(int);
    struct link {
        struct link *next;
        int value;
        char rest[size];
    } *first = NULL;
    if (n == 4)
        coro_suspend();
    for (int i = 0; i < n % 7; i++) {
        struct link *link = alloca(sizeof *link + i % 3);
        link->next = first;
        link->value = i;
        first = link;
    }
    int sum = 0;
    for (; first; first = first->next)
        sum = sum * 3 + first->value;
    coro_return(sum);
}

// In and behind the scope of an array, and on one way to the end or two.
static coro_task(int) mixed(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < 3; i++) {
        char scoped[size + n % 3];
        char *inner = alloca(size + n % 5);
        sum += fill(scoped, size + n % 3) + fill(inner, size + n % 5);
        if (n % 1000 == 999 && i)
            coro_return(sum);
    }
    coro_suspend();
    for (int i = 0; i < 2; i++) {
        char *outer = alloca(size + n % 3 + i);
        sum += fill(outer, size + n % 3 + i);
        if (n % 2)
            coro_return(sum);
    }
    coro_return(sum + 1);
}

// By an early exit, of what is linked.
static coro_task(int) recurs(int n, int i)
{
    coro_begin(int);
    if (n <= 0)
        coro_return(fill(alloca(size + i % 3), size + i % 3));
    coro_suspend();
    int below = coro_await(recurs(n - 1, i));
    coro_return(below + fill(alloca(size + i % 3), size + i % 3));
}

static int finished;
static coro_generator(int) gives(int n)
{
    coro_begin_generator(int);
    for (int i = 0; i < n; i++) {
        int value;
        {
            char scoped[size + i % 3];
            value = fill(scoped, size + i % 3);
        }
        coro_yield(value);
    }
    finished += fill(alloca(size + n % 3), size + n % 3);
    coro_return();
}

// Each by itself: what a suspend comes behind is on another stack.
#define AWAITS(name, task)                                                                         \
    static coro_task(int) awaits_##name(void)                                                      \
    {                                                                                              \
        coro_begin(int);                                                                           \
        int sum = 0;                                                                               \
        for (int i = 0; i < times; i++)                                                            \
            sum += coro_await(task);                                                               \
        coro_return(sum);                                                                          \
    }
AWAITS(once, once(i))
AWAITS(list, list(i))
AWAITS(mixed, mixed(i))
AWAITS(recurs, recurs(i / (times - 5), i))

static coro_task(int) awaits_gives(void)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < times; i++)
        coro_await_for(value, gives(1 + i % 2)) sum += value;
    coro_return(sum);
}

int main(void)
{
    int resumes;
#define PRINT(name)                                                                                \
    do {                                                                                           \
        int sum = drive(awaits_##name(), resumes);                                                 \
        printf(#name " %d in %d\n", sum, resumes);                                                 \
    } while (0)
    // CHECK: once -690000 in 1
    PRINT(once);
    // CHECK: list
    PRINT(list);
    // CHECK: mixed
    PRINT(mixed);
    // CHECK: recurs
    PRINT(recurs);
    // CHECK: gives
    PRINT(gives);
    printf("%d\n", finished);
    return 0;
}
