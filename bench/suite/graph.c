/* graph.c: builds the graph of `bfs` and `pagerank`. The edges are drawn twice, counted first and
 * then put into their lists, so that they need no memory besides; some at a time, so that their
 * lines come at the same time. */
#include "graph.h"

#include "buckets.h"

/* Where edges come from. */
struct stream {
    uint64_t state;
    unsigned bits;          /* of the number of vertices */
    const uint32_t *labels; /* of the vertices, in R-MAT's order */
};

struct edge {
    uint32_t from, to;
};

/* Each bit of the two numbers chooses a quadrant of the matrix: a 0.57, b and c 0.19, d 0.05, in
 * units of 1 / 2^16, so that a random number does for four of them. */
static struct edge draw_edge(struct stream *stream)
{
    enum { UNIT = 1 << 16, A = UNIT * 57 / 100, B = UNIT * 19 / 100, C = B };
    uint32_t from = 0, to = 0;
    uint64_t random = 0;
    for (unsigned bit = 0; bit < stream->bits; bit++, random >>= 16) {
        if (bit % 4 == 0)
            random = bench_random(&stream->state);
        unsigned place = random % UNIT;
        from = 2 * from + (place >= A + B);
        to = 2 * to + ((place >= A) ^ (place >= A + B) ^ (place >= A + B + C));
    }
    return (struct edge){stream->labels[from], stream->labels[to]};
}

/* Calls use() for every edge that stays. */
static void for_edges(struct graph *graph, struct stream stream,
                      void (*use)(struct graph *graph, struct edge edge))
{
    struct edge edges[GRAPH_EDGES];
    for (size_t k = 0; k < graph->count; k++) {
        for (unsigned e = 0; e < GRAPH_EDGES; e++) {
            edges[e] = draw_edge(&stream);
            __builtin_prefetch(&graph->vertices[edges[e].from], 1, 3);
            __builtin_prefetch(&graph->vertices[edges[e].to], 1, 3);
        }
        for (unsigned e = 0; e < GRAPH_EDGES && graph->edges; e++) {
            const struct graph_vertex *vertex = &graph->vertices[edges[e].from];
            __builtin_prefetch(&graph->edges[vertex->first + vertex->count], 1, 3);
        }
        for (unsigned e = 0; e < GRAPH_EDGES; e++)
            if (edges[e].from != edges[e].to)
                use(graph, edges[e]);
    }
}

/* The share of a vertex counts the lists that it is in, for now. */
static void count_edge(struct graph *graph, struct edge edge)
{
    graph->vertices[edge.from].count++;
    graph->vertices[edge.to].share++;
    graph->edge_count++;
}

static void put_edge(struct graph *graph, struct edge edge)
{
    struct graph_vertex *vertex = &graph->vertices[edge.from];
    graph->edges[vertex->first + vertex->count++] = edge.to;
}

/* Never 0: some graphs have no edges. */
static size_t edge_bytes(const struct graph *graph)
{
    return (graph->edge_count + 1) * sizeof *graph->edges;
}

/* Room for the lists, which are empty yet; and the shares. */
static void lay_out(struct graph *graph)
{
    uint64_t first = 0, state = 13;
    graph->edges = bench_alloc_huge(edge_bytes(graph), "the edges");
    for (size_t k = 0; k < graph->count; k++) {
        struct graph_vertex *vertex = &graph->vertices[k];
        uint64_t rank = bench_random(&state) >> 16;
        vertex->first = first;
        first += vertex->count;
        vertex->count = 0;
        vertex->share = vertex->share ? rank / vertex->share : 0;
    }
}

/* The one that was given back last, for whoever wants one of this size next. */
static struct graph kept;
static bool was_kept; /* the one in use */

static void release(struct graph *graph)
{
    bench_free_huge(graph->vertices, graph->count * sizeof *graph->vertices);
    bench_free_huge(graph->edges, edge_bytes(graph));
    *graph = (struct graph){0};
}

static void draw_graph(struct graph *graph, unsigned bits)
{
    size_t count = (size_t)1 << bits;
    uint32_t *labels = bench_alloc_huge(count * sizeof *labels, "the numbers of the vertices");
    struct stream stream = {.state = 42, .bits = bits, .labels = labels};
    uint64_t state = 43;
    for (size_t k = 0; k < count; k++)
        labels[k] = (uint32_t)k;
    bench_shuffle(labels, count, &state);
    *graph = (struct graph){
        .vertices = bench_alloc_huge(count * sizeof *graph->vertices, "the vertices"),
        .count = count,
    };
    for_edges(graph, stream, count_edge);
    lay_out(graph);
    for_edges(graph, stream, put_edge);
    bench_free_huge(labels, count * sizeof *labels);
}

void graph_build(struct graph *graph, size_t items)
{
    unsigned bits = items < 2 ? 0 : bucket_bits(items);
    was_kept = kept.count == (size_t)1 << bits;
    if (was_kept)
        *graph = kept;
    else if (kept.count > 0)
        release(&kept);
    kept = (struct graph){0};
    if (!was_kept)
        draw_graph(graph, bits);
}

void graph_free(struct graph *graph)
{
    if (was_kept)
        release(graph);
    else
        kept = *graph;
}

size_t graph_bytes(const struct graph *graph)
{
    return graph->count * sizeof *graph->vertices + edge_bytes(graph);
}
