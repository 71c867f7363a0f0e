// Calls everything in the header that is a function of the runtime library, or may call one.
#include <coroinline/coro.h>
#include <stdio.h>
#include <stdlib.h>

int other(int x);

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    return aligned_alloc(align, size);
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    free(memory);
}

static coro_task(int) leaf(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

static coro_task(int) parent(coro_task(int) child)
{
    coro_begin(int);
    coro_return(coro_await(child));
}

int main(void)
{
    struct coro_allocator a = {allocate, release, NULL};
    if (coro_set_allocator(&a) != 0)
        return 1;

    coro_task(int) started = leaf(3);
    coro_resume(started); /* its awaiter adopts it */
    int three = coro_run(parent(started));

    coro_task(int) cancelled = parent(leaf(1));
    if (coro_failed(cancelled))
        return 2;
    coro_resume(cancelled);
    coro_destroy(cancelled);

    int four = 0;
    coro_interleave(2, 3, i, leaf((int)i + 2), v, { four = v == 4 ? v : four; });
    coro_trim();
    if (coro_set_allocator(NULL) != 0)
        return 3;
    printf("public functions: %d + %d = %d\n", three, four, other(three + four));
    return 0;
}
