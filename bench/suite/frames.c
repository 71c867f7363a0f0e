/* frames.c: has the frames counted that coroutines of coro.h take from their pool. */
#include <coroinline/coro.h>

#include "../harness.h"

static __attribute__((constructor)) void watch(void)
{
    bench_watch_pool(coro__pool.list, CORO__POOL_CLASSES + 1);
}
