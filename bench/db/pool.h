/* pool.h: memory in huge pages for benchmarks. */
#ifndef BENCH_DB_POOL_H
#define BENCH_DB_POOL_H

#include "memory.h"

/* Blocks of a size lie together; those that were given back are used again, by the thread that has
 * given them back. Where there is no more memory, the process says so and exits. */
extern const struct db_memory pool_memory;

/* What this thread allocates next, so many bytes, is taken from the system already and was touched,
 * but for large blocks: no page is missing there, nor is one found while time is measured. */
void pool_touch(size_t bytes);

/* Bytes that are in use, of all threads, none of which allocates or releases meanwhile. */
size_t pool_used(void);

#endif
