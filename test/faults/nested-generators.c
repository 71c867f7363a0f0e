// Generators of generators, each of which holds the next in a coro_await_for: those that are left early, or
// cancelled, destroy each other from within, as coro.h says: the stack that this takes grows with the
// nesting, by less than 1 KiB a level; the cleanups run innermost first.
// RUN: %everywhere %s | FileCheck %s
#include "../exec/Inputs/tasks.h"
#include "Inputs/small-stack.h"

enum { STACK = 16 << 20, FEW = 1000, MANY = 10000 };

static int alive, out_of_order, depth, resumes;

static void leave(int *mine)
{
    out_of_order += *mine != alive--;
}

static coro_generator(int) nested(int below)
{
    coro_begin_generator(int);
    __attribute__((cleanup(leave), unused)) int scope = ++alive;
    if (below == 0)
        for (;;) {
            coro_suspend();
            coro_yield(1);
        }
    coro_await_for(v, nested(below - 1)) coro_yield(v + 1);
    coro_return();
}

static coro_task(int) first(void)
{
    coro_begin(int);
    coro_await_for(v, nested(depth)) coro_return(v);
    coro_return(0);
}

/* After one resume, while all of them run; after two, left early. */
static void *drive_first(void *unused)
{
    coro_task(int) task = first();
    for (int i = 0; i < resumes; i++)
        coro_resume(task);
    coro_destroy(task);
    return unused;
}

static size_t stack_at(int levels)
{
    depth = levels;
    return run_on_stack(STACK, drive_first, NULL);
}

int main(void)
{
    for (resumes = 1; resumes <= 2; resumes++) {
        size_t few = stack_at(FEW), many = stack_at(MANY), each = (many - few) / (MANY - FEW);
        // CHECK: 1: under 1 KiB 1, alive 0, out of order 0
        // CHECK-NEXT: 2: under 1 KiB 1, alive 0, out of order 0
        printf("%d: under 1 KiB %d, alive %d, out of order %d\n", resumes, each < 1024, alive,
               out_of_order);
    }
    return 0;
}
