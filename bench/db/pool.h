/* pool.h: memory for a benchmark's store, in huge pages. */
#ifndef BENCH_DB_POOL_H
#define BENCH_DB_POOL_H

#include "memory.h"

/* Blocks of a size lie together, in regions that say it in their first line; those that were given
 * back are used again. For one thread: the program's. Where there is none left, the program ends
 * with a message. */
extern const struct db_memory pool_memory;

size_t pool_used(void); /* bytes of all blocks */

#endif
