// llvm #34245, #59723: the frame of a task was put into that of the function that made it, though the task lived on, or
// was left behind on a way that did not destroy it.
// RUN: %everywhere %s | FileCheck %s
#include "../Inputs/tasks.h"
#include "Inputs/clobber.h"

struct two {
    coro_task(int) first, second;
};
static coro_task(int) stash[4];

static coro_task(int) counts(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++) {
        sum += i;
        coro_suspend();
    }
    coro_return(sum);
}
static struct two make_two(int n)
{
    coro_task(int) first = counts(n), second = counts(n + 1);
    coro_resume(first);
    return (struct two){first, second};
}
/* Runs and destroys it, but not always. */
static int run_or_keep(int n, int keep)
{
    coro_task(int) task = counts(n);
    coro_resume(task);
    if (keep >= 0) {
        stash[keep] = task;
        return 0;
    }
    while (!coro_done(task))
        coro_resume(task);
    int r = coro_result(task);
    coro_destroy(task);
    return r;
}
static coro_task(int) ends_before(int slot)
{
    coro_begin(int);
    stash[slot] = counts(slot + 2);
    coro_resume(stash[slot]);
    coro_suspend();
    coro_return(slot);
}
static coro_task(int) awaits_one_of(int n)
{
    coro_begin(int);
    coro_task(int) a = counts(n), b = counts(n + 2);
    stash[3] = n & 1 ? a : b;
    coro_return(coro_await(n & 1 ? b : a));
}

int main(void)
{
    struct two two = make_two(4);
    clobber();
    int sum = coro_run(two.second);
    clobber();
    sum = 100 * sum + coro_run(two.first);
    // CHECK: 1006
    printf("%d\n", sum);
    sum = run_or_keep(3, -1);
    for (int i = 0; i < 2; i++)
        run_or_keep(i + 5, i);
    sum += coro_run(ends_before(2)) + coro_run(awaits_one_of(3));
    clobber();
    for (int i = 0; i < 4; i++) {
        sum = 100 * (sum % 10000) + coro_run(stash[i]);
        clobber();
    }
    // CHECK-NEXT: 150603
    printf("%d\n", sum);
    return 0;
}
