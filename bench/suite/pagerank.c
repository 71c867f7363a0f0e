/* pagerank.c: the graph with its shares, and the operations in the order in which a step takes
 * them. */
#include "pagerank.h"

#include <stdlib.h>

static size_t steps_of(const void *structure, uint64_t key)
{
    graph_list list = graph_list_of(&((const struct pagerank *)structure)->graph, key);
    return 1 + (list.edge != list.end) + (size_t)(list.end - list.edge);
}

static uint64_t sum_of(const struct graph *graph, uint64_t key)
{
    uint64_t sum = 0;
    graph_list list = graph_list_of(graph, key);
    for (; list.edge != list.end; list.edge++)
        sum += graph->vertices[*list.edge].share;
    return sum;
}

/* The pieces of all lists, one after the other; behind the last one, the first. A list without
 * edges has one, which is empty. */
static void draw(struct suite_data *data, const struct graph *graph)
{
    uint32_t vertex = 0, piece = 0;
    for (size_t k = 0; k < data->parts * data->operations; k++) {
        uint64_t key = graph_key(vertex, piece++);
        data->keys[k] = key;
        data->answers[k / data->operations] +=
            suite_weigh(k % data->operations, sum_of(graph, key));
        if (piece >= graph_pieces(&graph->vertices[vertex])) {
            piece = 0;
            vertex = vertex + 1 < graph->count ? vertex + 1 : 0;
        }
    }
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    (void)zipf;
    struct pagerank *step = bench_alloc(1, sizeof *step, "the graph");
    graph_build(&step->graph, scale->items);
    data->structure = step;
    data->bytes = graph_bytes(&step->graph);
    draw(data, &step->graph);
    step->stages = suite_stages(data, steps_of);
}

static void destroy(struct suite_data *data)
{
    struct pagerank *step = data->structure;
    graph_free(&step->graph);
    free(step);
}

const struct suite_workload suite_pagerank = {
    .name = "pagerank",
    .operation = "up to 32 incoming edges of a vertex, whose shares are added, on an R-MAT graph",
    /* A vertex, which is what is read at random, and its list. */
    .item_bytes = sizeof(struct graph_vertex) + GRAPH_EDGES * sizeof(uint32_t),
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(pagerank),
};
