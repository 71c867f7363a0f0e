/* two-kinds.h: two coroutines that tell whose task it was that was resumed. */
#include <coroinline/coro.h>
#include <stdio.h>

typedef coro_task(int) task_of_int;

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
