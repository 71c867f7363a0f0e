// coro_interleave takes the stack that its comment names: 16 bytes for each task in flight, up to 256
// where the frames lie there; for CORO_GROUP_AUTO that of 64 tasks, however many there are. Nothing
// is added by how often they suspend.
// RUN: %everywhere %s | FileCheck %s
#include "../exec/Inputs/tasks.h"
#include "Inputs/small-stack.h"

enum { STACK = 8 << 20 };

/* They escape: all of them are in the frame. */
static void use(char *bytes)
{
    bytes[1] = 1;
}
static void (*volatile user)(char *) = use;

#define WITH_BYTES(name, size)                                                                     \
    static coro_task(int) name(int x)                                                              \
    {                                                                                              \
        coro_begin(int);                                                                           \
        char bytes[size];                                                                          \
        user(bytes);                                                                               \
        for (int i = 0; i < 50; i++)                                                               \
            coro_suspend();                                                                        \
        coro_return(x + bytes[1]);                                                                 \
    }
WITH_BYTES(small, 150)
WITH_BYTES(large, 1000)

static int64_t sum;
static size_t group, count;

static void *run_small(void *unused)
{
    sum = 0;
    coro_interleave(group, count, i, small((int)i), v, sum += v);
    return unused;
}

static void *run_large(void *unused)
{
    sum = 0;
    coro_interleave(group, count, i, large((int)i), v, sum += v);
    return unused;
}

static void *run_auto(void *unused)
{
    sum = 0;
    coro_interleave(CORO_GROUP_AUTO, count, i, small((int)i), v, sum += v);
    return unused;
}

static void *run_auto_large(void *unused)
{
    sum = 0;
    coro_interleave(CORO_GROUP_AUTO, count, i, large((int)i), v, sum += v);
    return unused;
}

static size_t stack_of(void *(*run)(void *), size_t size)
{
    group = size;
    count = 5000;
    return run_on_stack(STACK, run, NULL);
}

/* Bytes for each further task in flight. */
static size_t for_each_task(void *(*run)(void *))
{
    const size_t most = CORO_MAX_GROUP, few = 1000;
    return (stack_of(run, most) - stack_of(run, few)) / (most - few);
}

static void *nothing(void *unused)
{
    return unused;
}

int main(void)
{
    size_t one = for_each_task(run_small);
    // CHECK: small: 16 to 256 bytes 1, sum 12502500
    printf("small: 16 to 256 bytes %d, sum %lld\n", one >= 16 && one <= 256, (long long)sum);
    // CHECK-NEXT: large: 16 bytes, sum 12502500
    one = for_each_task(run_large);
    printf("large: %zu bytes, sum %lld\n", one, (long long)sum);

    /* A larger group counts as CORO_MAX_GROUP. */
    size_t most = stack_of(run_large, CORO_MAX_GROUP), more = stack_of(run_large, 5000);
    // CHECK-NEXT: no more for more 1
    printf("no more for more %d\n", more == most);

    size_t thread = run_on_stack(STACK, nothing, NULL) + 4096;
    // CHECK-NEXT: auto: 64 tasks' 1 1
    printf("auto: 64 tasks' %d %d\n", stack_of(run_auto, 0) <= thread + 64 * 256,
           stack_of(run_auto_large, 0) <= thread + 64 * 16);
    return 0;
}
