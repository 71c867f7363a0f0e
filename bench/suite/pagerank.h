/* pagerank.h: a step of PageRank in pull direction: the new rank of a vertex is made of the sum of
 * the shares of those that an edge leads to it from. The share of a vertex is its rank divided by
 * the number of edges that leave it; it is computed once a step, before (Beamer, Asanovic and
 * Patterson, "The GAP Benchmark Suite", 2015).
 *
 * An operation adds up a piece of the list of a vertex; who asked for it would add up the pieces of
 * a vertex and damp the sum. Ranks and shares are in fixed point, so that the order of the
 * additions does not show in a sum. No operation changes the graph. */
#ifndef BENCH_SUITE_PAGERANK_H
#define BENCH_SUITE_PAGERANK_H

#include "graph.h"

struct pagerank {
    struct graph graph; /* with lists of incoming edges */
    size_t stages;
};

SUITE_DECLARE(pagerank);

#endif
