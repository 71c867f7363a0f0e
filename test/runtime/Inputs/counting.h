/* counting.h: an allocator that counts what is in use, and can run out. */
#include <coroinline/coro.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int in_use;
static atomic_int left = INT_MAX; /* allocations that succeed before the rest fails */

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    if (left-- <= 0)
        return NULL;
    in_use++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    in_use--;
    free(memory);
}
