// A task is a value: kept in variables, arrays and structs, passed, chosen, returned, and awaited later
// and in another order than the tasks were made in.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef coro_task(int) task_of_int;

static coro_task(int) add(int a, int b)
{
    coro_begin(int);
    printf("[add %d]", a);
    coro_suspend();
    coro_return(a + b);
}

static CORO_NOINLINE coro_task(int) multiply(int a, int b)
{
    coro_begin(int);
    printf("[multiply %d]", a);
    coro_suspend();
    coro_return(a * b);
}

static coro_task(int) other_order(int x)
{
    coro_begin(int);
    coro_task(int) first = add(x, 1), second = add(x, 2), third = multiply(x, 3);
    int r = coro_await(third);
    coro_suspend();
    r = 10 * r + coro_await(second);
    r = 10 * r + coro_await(first);
    coro_return(r);
}

static coro_task(int) in_containers(int x)
{
    coro_begin(int);
    struct {
        int before;
        coro_task(int) task;
        int after;
    } holder = {1, add(x, 10), 2};
    coro_task(int) array[5];
    for (int i = 0; i < 5; i++)
        array[i] = i % 2 ? add(i, x) : multiply(i, x);
    int r = coro_await(holder.task) + holder.before + holder.after;
    for (int i = 4; i >= 0; i--)
        r = 3 * r + coro_await(array[i]);
    coro_return(r);
}

static coro_task(int) chosen(int x)
{
    coro_begin(int);
    int r = coro_await(x ? add(1, 2) : multiply(3, 4));
    coro_task(int) task;
    if (x > 1)
        task = add(5, 6);
    else
        task = multiply(7, 8);
    coro_suspend();
    r = 100 * r + coro_await(task);
    task = x ? task = add(1, 1), task : multiply(2, 2); /* the same variable again */
    r = 100 * r + coro_await(task);
    coro_return(r);
}

static coro_task(int) awaits_given(coro_task(int) task, int plus)
{
    coro_begin(int);
    coro_suspend();
    coro_return(coro_await(task) + plus);
}

static coro_task(int) awaits_pointed_at(coro_task(int) * tasks, int count)
{
    coro_begin(int);
    int r = 0;
    while (count-- > 0)
        r = 10 * r + coro_await(*tasks++);
    coro_return(r);
}

static task_of_int helper(int x)
{
    return x % 2 ? add(x, 1) : awaits_given(multiply(x, 2), 1);
}

static coro_task(int) passes(int x)
{
    coro_begin(int);
    coro_task(int) three[3] = {add(1, 1), awaits_given(multiply(1, 1), 0), helper(2)};
    int r = coro_await(awaits_given(awaits_given(add(x, x), 1), 1));
    r = 1000 * r + coro_await(awaits_pointed_at(three, 3));
    r += coro_await(helper(x)) + coro_await(helper(x + 1));
    coro_return(r);
}

typedef coro_task(int) operation(int, int);
static operation *const operations[] = {add, multiply, add};

static coro_task(int) through_pointers(int x)
{
    coro_begin(int);
    int r = x;
    for (int i = 0; i < 3; i++)
        r = coro_await(operations[i](r, i + 2));
    operation *volatile unknown = multiply;
    r = coro_await(unknown(r, 2));
    operation *known = add;
    coro_return(coro_await((*known)(r, 3)));
}

/* A task that was made but is not wanted is destroyed, by the coroutine that made it. */
static coro_task(int) destroys(int x)
{
    coro_begin(int);
    coro_task(int) maybe = add(x, 1);
    coro_suspend();
    if (x > 5)
        coro_return(coro_await(maybe));
    coro_destroy(maybe);
    coro_return(-1);
}

int main(void)
{
    // CHECK: [multiply 5][add 5][add 5]other order 1576
    printf("other order %d\n", coro_run(other_order(5)));
    // CHECK-NEXT: [add 2][multiply 4][add 3][multiply 2][add 1][multiply 0]in containers 4473
    printf("in containers %d\n", coro_run(in_containers(2)));
    // CHECK-NEXT: [multiply 3][multiply 7][multiply 2]chosen 125604
    printf("chosen %d\n", coro_run(chosen(0)));
    // CHECK-NEXT: [add 1][add 5][add 1]chosen 31102
    printf("chosen %d\n", coro_run(chosen(2)));
    // CHECK-NEXT: [add 3][add 1][multiply 1][multiply 2][add 3][multiply 4]passes 8228
    printf("passes %d\n", coro_run(passes(3)));
    // CHECK-NEXT: [add 1][multiply 3][add 9][multiply 13][add 26]through pointers 29
    printf("through pointers %d\n", coro_run(through_pointers(1)));
    int made = coro_run(destroys(9)), unmade = coro_run(destroys(1));
    // CHECK-NEXT: [add 9]destroys 10 -1
    printf("destroys %d %d\n", made, unmade);
    return 0;
}
