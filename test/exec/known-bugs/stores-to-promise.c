// llvm #59221, #64151: a store to the promise was taken for dead, since nothing in sight of it reads the frame: results
// and yielded values, written once, twice, in part, and just before the end.
// RUN: %everywhere %s | FileCheck %s
#include "../Inputs/tasks.h"
#include "Inputs/clobber.h"

typedef struct {
    int x, y;
    long z[3];
} point;
coro_declare(point);

static coro_task(int) constant(void)
{
    coro_begin(int);
    coro_return(42); /* never suspends */
}
static coro_task(point) moves(point p, int steps)
{
    coro_begin(point);
    for (int i = 0; i < steps; i++) {
        p.x++;
        if (i & 1)
            coro_suspend();
        p.z[i % 3] += p.x;
    }
    coro_return(p);
}
static coro_generator(point) path(int n)
{
    coro_begin_generator(point);
    point p = {0};
    for (int i = 0; i < n; i++) {
        p.y = i;
        coro_yield(p);
        p.z[2] -= i;
        coro_yield(((point){.x = -1, .y = i, .z = {p.z[2]}}));
    }
    coro_return();
}
static coro_task(point) along(int n)
{
    coro_begin(point);
    point all = coro_await(moves((point){1, 2, {3, 4, 5}}, n));
    coro_await_for(p, path(n))
    {
        all.x += p.x;
        all.y += p.y;
        all.z[0] += p.z[0];
    }
    coro_return(all);
}
static __attribute__((noinline)) int result_of(coro_task(int) task)
{
    clobber();
    return coro_result(task);
}

int main(void)
{
    coro_task(int) task = constant();
    coro_resume(task);
    // CHECK: 42
    printf("%d\n", result_of(task));
    coro_destroy(task);
    point p = coro_run(along(4));
    // CHECK-NEXT: 1 14 0 7 9
    printf("%d %d %ld %ld %ld\n", p.x, p.y, p.z[0], p.z[1], p.z[2]);
    int sum = 0;
    coro_interleave(3, 5, i, along((int)i), v, { sum += v.x * 100 + v.y; });
    coro_for(v, path(3)) sum += v.y;
    // CHECK-NEXT: 536
    printf("%d\n", sum);
    return 0;
}
