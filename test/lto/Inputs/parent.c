// Awaits a coroutine of another file, and drives the whole to its end and to a cancellation.
#include "child.h"
#include <stdio.h>

static coro_task(int) parent(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += coro_await(child(i));
    coro_return(sum);
}

int main(void)
{
    int resumes = 0;
    coro_task(int) task = parent(4);
    for (; !coro_done(task); resumes++)
        coro_resume(task);
    printf("sum %d, %d resumes\n", coro_result(task), resumes);
    coro_destroy(task);

    task = parent(1);
    coro_resume(task);
    coro_destroy(task);
    return 0;
}
