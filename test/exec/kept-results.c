// With exceptions: the result of a call that may throw is kept across a suspend, and what was kept
// across the one before is needed right behind the call.
// RUN: %everywhere %s -fexceptions | FileCheck %s
// CHECK: 0 5 1 2000
// CHECK-NEXT: 1 5 15 2232
#include "Inputs/tasks.h"

static int twice(int x)
{
    return 2 * x;
}
static int (*volatile call)(int) = twice;

static int left;
static void leave(int *x)
{
    left += *x;
}

static coro_task(int) keep(int x, int y)
{
    coro_begin(int);
    int here __attribute__((cleanup(leave))) = x + 1;
    coro_suspend();
    int result = call(y);
    here += x * y;
    for (int k = 0; k < 2; k++) {
        int of_loop = call(result + k);
        coro_suspend();
        result += of_loop + x;
    }
    coro_suspend();
    coro_return(result * 10 + x * y);
}

int main(void)
{
    for (int k = 0; k < 2; k++) {
        int resumes, result = drive(keep(k, 11 + k), resumes);
        printf("%d %d %d %d\n", k, resumes, left, result);
    }
    return 0;
}
