// A second file with coroutines of its own.
#include <coroinline/coro.h>

int other(int x);

static coro_task(int) later(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

static coro_task(int) outer(int x)
{
    coro_begin(int);
    coro_return(coro_await(later(x)));
}

int other(int x)
{
    return coro_run(outer(x));
}
