/* bfs.c: the search up to the level that the operations are of. What a run has found is read and
 * taken back behind the run. */
#include "bfs.h"

#include <stdlib.h>

static size_t steps_of(const void *structure, uint64_t key)
{
    graph_list list = graph_list_of(&((const struct bfs *)structure)->graph, key);
    return 1 + (list.edge != list.end) + (size_t)(list.end - list.edge);
}

/* What a vertex of the next frontier adds to the answer. */
static uint64_t weigh(uint32_t number, uint32_t level)
{
    uint64_t state = (uint64_t)level << 32 | number;
    return bench_random(&state);
}

/* ---- The search ------------------------------------------------------------------------------ */

/* The vertices in the order of a whole search, and where its levels begin. */
struct order {
    uint32_t *vertices;
    size_t count, first, end; /* first, end: of the level that finds the most vertices */
};

static void see(struct graph *graph, struct order *order, uint32_t vertex, uint32_t level)
{
    if (graph->vertices[vertex].level != BFS_UNSEEN)
        return;
    graph->vertices[vertex].level = level;
    order->vertices[order->count++] = vertex;
}

/* Where most edges begin: a search from there comes to most vertices. */
static uint32_t root_of(const struct graph *graph)
{
    size_t root = 0;
    for (size_t k = 1; k < graph->count; k++)
        if (graph->vertices[k].count > graph->vertices[root].count)
            root = k;
    return (uint32_t)root;
}

/* One vertex at a time, and no pieces: what the answers come from. */
static struct order search_all(struct graph *graph)
{
    struct order order = {
        .vertices = bench_alloc_huge(graph->count * sizeof *order.vertices, "the frontiers")};
    for (size_t k = 0; k < graph->count; k++)
        graph->vertices[k].level = BFS_UNSEEN;
    see(graph, &order, root_of(graph), 0);
    for (size_t first = 0, end = 1, most = 0; first < end; first = end, end = order.count) {
        for (size_t k = first; k < end; k++) {
            const struct graph_vertex *vertex = &graph->vertices[order.vertices[k]];
            for (uint32_t e = 0; e < vertex->count; e++)
                see(graph, &order, graph->edges[vertex->first + e], vertex->level + 1);
        }
        if (first == 0 || order.count - end > most) {
            most = order.count - end;
            order.first = first, order.end = end;
        }
    }
    return order;
}

/* ---- Operations and answers ------------------------------------------------------------------ */

/* The pieces of the vertices of the level, one after the other; behind the last one, the first. A
 * vertex without edges has one, which is empty. */
static void draw(struct suite_data *data, const struct graph *graph, const struct order *order)
{
    size_t at = order->first;
    uint32_t piece = 0;
    for (size_t k = 0; k < data->parts * data->operations; k++) {
        uint32_t vertex = order->vertices[at];
        data->keys[k] = graph_key(vertex, piece++);
        if (piece >= graph_pieces(&graph->vertices[vertex])) {
            piece = 0;
            at = at + 1 < order->end ? at + 1 : order->first;
        }
    }
}

/* The neighbours whose level, in the whole search, is the next one: each once, for which it loses
 * that level in between. */
static uint64_t answer_of(const struct bfs *search, const uint64_t *keys, size_t count,
                          uint32_t *found)
{
    uint64_t answer = 0;
    size_t once = 0;
    for (size_t i = 0; i < count; i++) {
        graph_list list = graph_list_of(&search->graph, keys[i]);
        for (; list.edge != list.end; list.edge++)
            if (search->graph.vertices[*list.edge].level == search->level) {
                search->graph.vertices[*list.edge].level = BFS_UNSEEN;
                found[once++] = *list.edge;
            }
    }
    for (size_t k = 0; k < once; k++) {
        search->graph.vertices[found[k]].level = search->level;
        answer += weigh(found[k], search->level);
    }
    return answer;
}

/* ---- The workload ---------------------------------------------------------------------------- */

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    (void)zipf;
    struct bfs *search = bench_alloc(1, sizeof *search, "the search");
    graph_build(&search->graph, scale->items);
    struct order order = search_all(&search->graph);
    search->level = search->graph.vertices[order.vertices[order.first]].level + 1;
    search->next = order.vertices; /* as large as can be */
    data->structure = search;
    data->bytes = graph_bytes(&search->graph);
    draw(data, &search->graph, &order);
    for (size_t part = 0; part < data->parts; part++)
        data->answers[part] =
            answer_of(search, data->keys + part * data->operations, data->operations, search->next);
    for (size_t k = 0; k < search->graph.count; k++)
        if (search->graph.vertices[k].level >= search->level)
            search->graph.vertices[k].level = BFS_UNSEEN;
    search->stages = suite_stages(data, steps_of);
}

/* Adds up the next frontier, and takes it back. */
static uint64_t settle(const struct suite_job *job, uint64_t result)
{
    struct bfs *search = job->structure;
    uint64_t answer = result;
    for (size_t k = 0; k < search->found; k++) {
        uint32_t number = search->next[k];
        answer += weigh(number, search->graph.vertices[number].level);
    }
    for (size_t k = 0; k < search->found; k++)
        search->graph.vertices[search->next[k]].level = BFS_UNSEEN;
    search->found = 0;
    return answer;
}

static void destroy(struct suite_data *data)
{
    struct bfs *search = data->structure;
    bench_free_huge(search->next, search->graph.count * sizeof *search->next);
    graph_free(&search->graph);
    free(search);
}

const struct suite_workload suite_bfs = {
    .name = "bfs",
    .operation = "up to 32 edges of a vertex of the frontier, on an R-MAT graph",
    /* A vertex, which is what is read at random, and its list. */
    .item_bytes = sizeof(struct graph_vertex) + GRAPH_EDGES * sizeof(uint32_t),
    .build = build,
    .destroy = destroy,
    .settle = settle,
    SUITE_RUNS(bfs),
};
