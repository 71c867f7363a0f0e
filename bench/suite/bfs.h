/* bfs.h: breadth-first search, level by level, from the top down. An operation expands a vertex of
 * the frontier, a piece of its list of neighbours at a time: those that have no level yet get the
 * next one, and are the next frontier.
 *
 * The search stands at the level that finds the most vertices: the operations are of this level
 * alone, and what a run has found is taken back behind it.
 *
 * Two operations in flight may come to the same new vertex. Who sees that it has no level gives it
 * one in the same step, with no suspend between the two, and who comes later sees that: it is found
 * once, as long as one thread works on the graph. Which of them finds it, and the order of the
 * next frontier, depend on the interleaving; its vertices and their levels don't, and they are the
 * answer. */
#ifndef BENCH_SUITE_BFS_H
#define BENCH_SUITE_BFS_H

#include "graph.h"

#define BFS_UNSEEN UINT32_MAX

struct bfs {
    struct graph graph;
    uint32_t level; /* that gives the neighbours theirs: one more than the frontier's */
    uint32_t *next; /* the vertices of that level, in the order in which they are found */
    size_t found;   /* of those */
    size_t stages;
};

/* Gives a vertex its level; true: it had none. */
static inline bool bfs_claim(const struct bfs *search, struct graph_vertex *vertex)
{
    if (vertex->level != BFS_UNSEEN)
        return false;
    vertex->level = search->level;
    return true;
}

static inline void bfs_found(struct bfs *search, const struct graph_vertex *vertex)
{
    search->next[search->found++] = (uint32_t)(vertex - search->graph.vertices);
}

SUITE_DECLARE(bfs);

#endif
