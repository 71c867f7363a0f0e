// llvm #49264: an always_inline coroutine was put into its caller before LLVM took it for a coroutine. Here it is
// awaited, driven by plain code, made by an always_inline helper, and made twice in one function.
// RUN: %everywhere %s | FileCheck %s
#include "../Inputs/tasks.h"

static inline __attribute__((always_inline)) coro_task(int) add(int a, int b)
{
    coro_begin(int);
    int sum = a;
    coro_suspend();
    sum += b;
    coro_suspend();
    coro_return(sum);
}
static inline __attribute__((always_inline)) coro_task(int) helper(int a)
{
    return add(a, 10);
}
static inline __attribute__((always_inline)) coro_task(int) outer(int a)
{
    coro_begin(int);
    int first = coro_await(add(a, 1));
    coro_return(first + coro_await(helper(a)));
}

int main(void)
{
    coro_task(int) a = add(1, 2), b = helper(3);
    while (!coro_done(a)) {
        coro_resume(a);
        coro_resume(b);
    }
    // CHECK: 3 13
    printf("%d %d\n", coro_result(a), coro_result(b));
    coro_destroy(a);
    coro_destroy(b);
    int resumes, result = drive(outer(5), resumes);
    // CHECK-NEXT: 21 after 5
    printf("%d after %d\n", result, resumes);
    return 0;
}
