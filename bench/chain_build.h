/* chain_build.h: the nodes of chain.h. */
#ifndef BENCH_CHAIN_BUILD_H
#define BENCH_CHAIN_BUILD_H

#include "chain.h"

/* Nodes that are linked in one random cycle; 1 at least, below 2^32. */
struct chain_node *chain_build(size_t count);
void chain_free(struct chain_node *nodes, size_t count);

#endif
