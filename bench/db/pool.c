/* pool.c: memory in huge pages for benchmarks. */
#include "pool.h"

#include <stdint.h>
#include <string.h>

#include "../harness.h"

/* Blocks lie in regions that say in their first line how large they are. */
enum { REGION = 1 << 21, CHUNK = 1 << 26, LINE = 64, LINES = 64 };

/* A thread's. It stays when the thread has ended. */
struct pool {
    char *chunk;
    size_t left;         /* bytes of it */
    void *touched;       /* regions from chunks, each of which begins with the next one's address */
    size_t touched_size; /* bytes of these */
    struct {
        void *free;
        char *next, *end;
    } lines[LINES + 1]; /* by size */
    size_t used;        /* bytes that it has given, less those that it was given back */
    struct pool *next;
};

static struct pool *pools; /* atomic: of all threads */
static _Thread_local struct pool *own;

static struct pool *own_pool(void)
{
    if (own)
        return own;
    own = bench_alloc(1, sizeof *own, "a thread's memory");
    own->next = __atomic_load_n(&pools, __ATOMIC_ACQUIRE);
    while (!__atomic_compare_exchange_n(&pools, &own->next, own, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
        ;
    return own;
}

static void *fresh_region(struct pool *pool)
{
    if (pool->left == 0) {
        pool->chunk = bench_alloc_huge(CHUNK, "the data");
        pool->left = CHUNK;
    }
    void *region = pool->chunk;
    pool->chunk += REGION;
    pool->left -= REGION;
    return region;
}

static char *take_region(struct pool *pool, size_t lines)
{
    void *region = pool->touched;
    if (region) {
        pool->touched = *(void **)region;
        pool->touched_size -= REGION;
    } else {
        region = fresh_region(pool);
    }
    *(size_t *)region = lines;
    return (char *)region + LINE;
}

void pool_touch(size_t bytes)
{
    struct pool *pool = own_pool();
    for (; pool->touched_size < bytes; pool->touched_size += REGION) {
        void *region = fresh_region(pool);
        memset(region, 0, REGION); /* where pages are small, there are many */
        *(void **)region = pool->touched;
        pool->touched = region;
    }
}

static void *allocate_from_pool(void *context, size_t size)
{
    (void)context;
    struct pool *pool = own_pool();
    size_t lines = (size + LINE - 1) / LINE;
    pool->used += lines * LINE;
    if (lines > LINES)
        return (char *)bench_alloc_huge(size + LINE, "the data") + LINE;
    void *block = pool->lines[lines].free;
    if (block) {
        pool->lines[lines].free = *(void **)block;
        return block;
    }
    if ((size_t)(pool->lines[lines].end - pool->lines[lines].next) < lines * LINE) {
        pool->lines[lines].next = take_region(pool, lines);
        pool->lines[lines].end = pool->lines[lines].next + REGION - LINE;
    }
    block = pool->lines[lines].next;
    pool->lines[lines].next += lines * LINE;
    return block;
}

/* What has more lines lives as long as the process. */
static void release_to_pool(void *context, void *block)
{
    (void)context;
    size_t lines = block ? *(size_t *)((uintptr_t)block & ~(uintptr_t)(REGION - 1)) : 0;
    if (lines == 0)
        return;
    struct pool *pool = own_pool();
    *(void **)block = pool->lines[lines].free;
    pool->lines[lines].free = block;
    pool->used -= lines * LINE;
}

const struct db_memory pool_memory = {allocate_from_pool, release_to_pool, NULL};

size_t pool_used(void)
{
    size_t used = 0;
    for (struct pool *p = __atomic_load_n(&pools, __ATOMIC_ACQUIRE); p; p = p->next)
        used += p->used;
    return used;
}
