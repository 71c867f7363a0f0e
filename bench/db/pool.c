/* pool.c: memory for a benchmark's store, in huge pages. */
#include "pool.h"

#include "../harness.h"

enum { REGION = 1 << 21, CHUNK = 1 << 26, LINE = 64, LINES = 64 };

static struct {
    char *chunk;
    size_t left; /* bytes of it */
    struct {
        void *free;
        char *next, *end;
    } lines[LINES + 1]; /* by size */
    size_t used;        /* bytes of all */
} pool;

static char *take_region(size_t lines)
{
    if (pool.left == 0) {
        pool.chunk = bench_alloc_huge(CHUNK, "the store");
        pool.left = CHUNK;
    }
    char *region = pool.chunk;
    pool.chunk += REGION;
    pool.left -= REGION;
    *(size_t *)(void *)region = lines;
    return region + LINE;
}

static void *allocate(void *context, size_t size)
{
    (void)context;
    size_t lines = (size + LINE - 1) / LINE;
    pool.used += lines * LINE;
    if (lines > LINES)
        return (char *)bench_alloc_huge(size + LINE, "the store") + LINE;
    void *block = pool.lines[lines].free;
    if (block) {
        pool.lines[lines].free = *(void **)block;
        return block;
    }
    if ((size_t)(pool.lines[lines].end - pool.lines[lines].next) < lines * LINE) {
        pool.lines[lines].next = take_region(lines);
        pool.lines[lines].end = pool.lines[lines].next + REGION - LINE;
    }
    block = pool.lines[lines].next;
    pool.lines[lines].next += lines * LINE;
    return block;
}

/* What has more lines lives as long as the process. */
static void release(void *context, void *block)
{
    (void)context;
    size_t lines = block ? *(size_t *)((uintptr_t)block & ~(uintptr_t)(REGION - 1)) : 0;
    if (lines == 0)
        return;
    *(void **)block = pool.lines[lines].free;
    pool.lines[lines].free = block;
    pool.used -= lines * LINE;
}

const struct db_memory pool_memory = {allocate, release, NULL};

size_t pool_used(void)
{
    return pool.used;
}
