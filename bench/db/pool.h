/* pool.h: memory for a benchmark of one thread, in huge pages. */
#ifndef BENCH_DB_POOL_H
#define BENCH_DB_POOL_H

#include <stdint.h>

#include "../harness.h"
#include "memory.h"

/* Blocks of a size lie together, in regions that say it in their first line; those that were given
 * back are used again. */
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
        pool.chunk = bench_alloc_huge(CHUNK, "the pool");
        pool.left = CHUNK;
    }
    char *region = pool.chunk;
    pool.chunk += REGION;
    pool.left -= REGION;
    *(size_t *)(void *)region = lines;
    return region + LINE;
}

static void *allocate_from_pool(void *context, size_t size)
{
    (void)context;
    size_t lines = (size + LINE - 1) / LINE;
    pool.used += lines * LINE;
    if (lines > LINES)
        return (char *)bench_alloc_huge(size + LINE, "the pool") + LINE;
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
static void release_to_pool(void *context, void *block)
{
    (void)context;
    size_t lines = block ? *(size_t *)((uintptr_t)block & ~(uintptr_t)(REGION - 1)) : 0;
    if (lines == 0)
        return;
    *(void **)block = pool.lines[lines].free;
    pool.lines[lines].free = block;
    pool.used -= lines * LINE;
}

static const struct db_memory pool_memory = {allocate_from_pool, release_to_pool, NULL};

#endif
