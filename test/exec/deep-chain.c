// A chain of 100000 linked tasks, of which one awaits the next: suspends, ends and cancels it without
// any growth of the stack.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static uintptr_t lowest, highest;

static __attribute__((noinline)) void note_stack(void)
{
    char here;
    uintptr_t at = (uintptr_t)__builtin_frame_address(0);
    (void)here;
    if (!lowest || at < lowest)
        lowest = at;
    if (at > highest)
        highest = at;
}

static int alive;

static void leave(int *depth)
{
    (void)depth;
    alive--;
}

static coro_task(int) chain(int depth)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) int mine = depth;
    alive++;
    if (depth == 0) {
        for (int i = 0; i < 1000; i++) {
            note_stack();
            coro_suspend();
        }
        coro_return(0);
    }
    int below = coro_await(chain(depth - 1));
    note_stack();
    coro_return(below + (mine & 1));
}

int main(void)
{
    int resumes, r = drive(chain(100000), resumes);
    // CHECK: 50000 after 1001 resumes, 0 alive
    printf("%d after %d resumes, %d alive\n", r, resumes, alive);
    // CHECK-NEXT: stack under 1 KiB: 1
    printf("stack under 1 KiB: %d\n", highest - lowest < 1024);

    coro_task(int) cancelled = chain(100000);
    for (int i = 0; i < 3; i++)
        coro_resume(cancelled);
    // CHECK-NEXT: alive 100001
    printf("alive %d\n", alive);
    coro_destroy(cancelled);
    // CHECK-NEXT: alive 0
    printf("alive %d\n", alive);
    return 0;
}
