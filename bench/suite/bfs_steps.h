/* bfs_steps.h: the expansion as a state machine; see by_hand.c. */
#include "bfs.h"

struct slot {
    graph_list list; /* the neighbours from that on whose line is under way */
    uint64_t key;
    enum { VERTEX, LIST, NEIGHBOUR } at; /* whose line is under way */
};

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    const struct bfs *search = job->structure;
    slot->key = job->keys[i];
    slot->at = VERTEX;
    __builtin_prefetch(graph_vertex_of(&search->graph, slot->key));
}

static inline void take(struct bfs *search, uint32_t neighbour)
{
    struct graph_vertex *vertex = &search->graph.vertices[neighbour];
    if (bfs_claim(search, vertex))
        bfs_found(search, vertex);
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    struct bfs *search = job->structure;
    *result = 0;
    if (slot->at == VERTEX) {
        slot->list = graph_list_of(&search->graph, slot->key);
        if (slot->list.edge == slot->list.end)
            return true;
        graph_prefetch(slot->list);
        slot->at = LIST;
        return false;
    }
    if (slot->at == NEIGHBOUR)
        take(search, *slot->list.edge++);
    slot->at = NEIGHBOUR;
    if (slot->list.edge == slot->list.end)
        return true;
    __builtin_prefetch(&search->graph.vertices[*slot->list.edge]);
    return false;
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct bfs *)job->structure)->stages;
}
