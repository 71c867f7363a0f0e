/* pagerank_steps.h: the sum as a state machine; see by_hand.c. */
#include "pagerank.h"

struct slot {
    graph_list list; /* the neighbours from that on whose line is under way */
    union {
        uint64_t key; /* VERTEX */
        uint64_t sum;
    };
    enum { VERTEX, LIST, NEIGHBOUR } at; /* whose line is under way */
};

static inline const struct graph *graph_of(const struct suite_job *job)
{
    return &((const struct pagerank *)job->structure)->graph;
}

static inline void start(struct slot *slot, const struct suite_job *job, size_t i)
{
    slot->key = job->keys[i];
    slot->at = VERTEX;
    __builtin_prefetch(graph_vertex_of(graph_of(job), slot->key));
}

static inline bool step(struct slot *slot, const struct suite_job *job, uint64_t *result)
{
    const struct graph *graph = graph_of(job);
    if (slot->at == VERTEX) {
        slot->list = graph_list_of(graph, slot->key);
        slot->sum = *result = 0;
        slot->at = LIST;
        if (slot->list.edge == slot->list.end)
            return true;
        graph_prefetch(slot->list);
        return false;
    }
    if (slot->at == NEIGHBOUR)
        slot->sum += graph->vertices[*slot->list.edge++].share;
    slot->at = NEIGHBOUR;
    *result = slot->sum;
    if (slot->list.edge == slot->list.end)
        return true;
    __builtin_prefetch(&graph->vertices[*slot->list.edge]);
    return false;
}

static inline size_t stages(const struct suite_job *job)
{
    return ((const struct pagerank *)job->structure)->stages;
}
