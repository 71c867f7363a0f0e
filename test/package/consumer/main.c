// Two layers of coroutines, and a plain C++ file beside them.
#include <coroinline/coro.h>
#include <stdio.h>

extern const int scale;

static coro_task(int) load(const int *p)
{
    coro_begin(int);
    coro_prefetch(p);
    coro_return(*p);
}

static coro_task(int) sum(const int *p, int count)
{
    coro_begin(int);
    int total = 0;
    for (int i = 0; i < count; i++)
        total += coro_await(load(p + i));
    coro_return(total);
}

int main(void)
{
    static const int values[] = {1, 2, 4, 8, 16};
    int total = 0;
    coro_interleave(2, 4, i, sum(values + i, 2), v, { total += v; });
    printf("total %d\n", total * scale);
    return 0;
}
