// A slot is copied to another, as the program chooses while it runs: the task that is resumed from there
// is not the one that was put there.
// RUN: %everywhere %s | FileCheck %s
#include <coroinline/coro.h>

#include <stdio.h>

typedef coro_task(int) task_of_int;

struct slot {
    task_of_int task;
    long key, weight, more; // too much for one load
};

static coro_task(int) add(int a)
{
    coro_begin(int);
    coro_suspend();
    coro_return(a + 1);
}

static coro_task(int) multiply(int a)
{
    coro_begin(int);
    coro_suspend();
    coro_suspend();
    coro_return(a * 100);
}

__attribute__((noinline)) static int run(unsigned to, unsigned from)
{
    struct slot slots[4] = {{.task = {NULL}}};
    const task_of_int first = add(1), second = multiply(2);
    slots[0].task = first;
    slots[1].task = second;
    slots[0].weight = 1000;
    slots[1].weight = 2000;
    slots[to % 4] = slots[from % 4];
    while (!coro_done(slots[0].task))
        coro_resume(slots[0].task);
    int sum = coro_result(slots[0].task) + (int)slots[0].weight;
    coro_destroy(first);
    coro_destroy(second);
    return sum;
}

int main(void)
{
    // CHECK: 1002
    printf("%d\n", run(0, 0));
    // CHECK: 2200
    printf("%d\n", run(0, 1));
    // CHECK: 1002
    printf("%d\n", run(3, 1));
    return 0;
}
