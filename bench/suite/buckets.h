/* buckets.h: how many buckets a hash table has. */
#ifndef BENCH_SUITE_BUCKETS_H
#define BENCH_SUITE_BUCKETS_H

#include <stddef.h>

/* Of the number of buckets: the greatest power of two that is not above the number of items, and 2
 * at the least. */
static inline unsigned bucket_bits(size_t items)
{
    unsigned bits = 1;
    while ((size_t)2 << bits <= items)
        bits++;
    return bits;
}

#endif
