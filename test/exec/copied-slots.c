// A slot is copied to another, as the program chooses while it runs: the task that is resumed from there
// is not the one that was put there.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/two-kinds.h"

struct slot {
    task_of_int task;
    long key, weight, more; // too much for one load
};

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
