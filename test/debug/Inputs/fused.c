// One flat coroutine in a coro_interleave: its body goes into the loop.
#include <coroinline/coro.h>
#include <stdio.h>

static uint64_t links[64];
static uint64_t seen;

__attribute__((noinline)) static void outside(uint64_t v)
{
    seen += v;
}

static coro_task(uint64_t) walk(uint64_t at, unsigned hops)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    for (; hops > 0; hops--) {
        coro_prefetch(&links[at]);
        at = links[at];
        sum = sum * 3 + at;
    }
    coro_return(sum);
}

int main(int argc, char **argv)
{
    (void)argv;
    for (unsigned k = 0; k < 64; k++)
        links[k] = (k * 5 + 1) % 64;
    coro_interleave(4, 64, i, walk(i, 3 + (unsigned)(i + (size_t)argc) % 4), v, { outside(v); });
    printf("%llu\n", (unsigned long long)seen);
    return 0;
}
