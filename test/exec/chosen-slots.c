// A task is put where one of two arrays has it, and resumed from there: the slot that it is in need not
// be one of those that are seen to be filled.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/two-kinds.h"

struct slot {
    double weight;
    task_of_int task;
};

__attribute__((noinline)) static int run(task_of_int *other, unsigned n, int is_own)
{
    struct slot slots[4];
    for (int i = 0; i < 4; i++) {
        slots[i].weight = i;
        slots[i].task = (task_of_int){NULL};
    }
    slots[n % 4].task = add(1);
    task_of_int *which = is_own ? &slots[(n + 1) % 4].task : other;
    *which = multiply(2);
    int sum = 0;
    for (unsigned i = n; i < n + 2; i++) {
        task_of_int task = slots[i % 4].task;
        if (coro_failed(task))
            continue;
        while (!coro_done(task))
            coro_resume(task);
        sum += coro_result(task) + (int)slots[i % 4].weight;
        coro_destroy(task);
    }
    return sum;
}

int main(void)
{
    task_of_int other = {NULL};
    // CHECK: 203
    printf("%d\n", run(&other, 0, 1));
    // CHECK: 2
    printf("%d\n", run(&other, 0, 0));
    // CHECK: 200
    printf("%d\n", coro_run(other));
    return 0;
}
