/* memory.h: where the database's structures get their memory. */
#ifndef BENCH_DB_MEMORY_H
#define BENCH_DB_MEMORY_H

#include <stddef.h>
#include <stdlib.h>

/* Both functions may be called by any thread at any time. */
struct db_memory {
    /* `size` bytes that begin at the start of a cache line; NULL: none left. */
    void *(*allocate)(void *context, size_t size);
    /* Takes back what allocate() gave, or NULL. */
    void (*release)(void *context, void *block);
    void *context; /* handed to both; the caller keeps it alive */
};

static inline void *db_allocate(const struct db_memory *memory, size_t size)
{
    return memory->allocate(memory->context, size);
}

static inline void db_release(const struct db_memory *memory, void *block)
{
    memory->release(memory->context, block);
}

static inline void *db_allocate_from_c(void *context, size_t size)
{
    (void)context;
    return aligned_alloc(64, (size + 63) / 64 * 64);
}

static inline void db_release_to_c(void *context, void *block)
{
    (void)context;
    free(block);
}

/* The C library's. */
#define DB_MEMORY_OF_C ((struct db_memory){db_allocate_from_c, db_release_to_c, NULL})

#endif
