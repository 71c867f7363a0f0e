/* masstree_two_level.h: what is written out wherever masstree_layers.h is flattened by hand. */
#ifndef BENCH_DB_MASSTREE_TWO_LEVEL_H
#define BENCH_DB_MASSTREE_TWO_LEVEL_H

#include "masstree_node.h"

/* The version of a node that nobody is changing, as mt_stable_version() gives it. */
#define STABLE_VERSION(node, to)                                                                   \
    do {                                                                                           \
        coro_prefetch_range(__builtin_assume_aligned((node), 64), MT_HOT_BYTES);                   \
        while (((to) = mt_load(&(node)->version)) & MT_DIRTY) {                                    \
            mt_back_off();                                                                         \
            coro_suspend();                                                                        \
        }                                                                                          \
    } while (0)

#endif
