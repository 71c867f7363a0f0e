/* tree.c: a recursive walk over binary trees in far more memory than the caches hold: sequential,
 * nested and linked, with and without direct calls, nested and inlined into itself, flattened by
 * hand. */
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "tree.h"

enum version { SEQUENTIAL, INDIRECT, LINKED, INLINED, TWO_LEVEL, VERSIONS };

static const struct {
    const char *name;
    tree_run *const *run;
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &tree_sequential},
    [INDIRECT] = {"nested, not direct", &tree_indirect},
    [LINKED] = {"nested, linked", &tree_linked},
    [INLINED] = {"nested, inlined", &tree_inlined},
    [TWO_LEVEL] = {"two-level by hand", &tree_two_level},
};

enum shape { BALANCED, RANDOM, SHAPES };

static const char *const names[SHAPES] = {"balanced", "random"};

enum {
    PARTS = 32,         /* that the trees are cut into */
    FIND_PARTS = 8,     /* of a round, of each group size and of CORO_GROUP_AUTO */
    SAMPLE = 4,         /* trees in a sample of the instructions */
    SAMPLE_NODES = 127, /* of each of those */
};

static uint64_t find = 0; /* a flag */
static uint64_t rounds = 7, nodes = 1 << 23, tree_size = 4095, group = 16;

static struct {
    const struct tree_node **roots; /* part_size for each part */
    uint64_t answer[PARTS];
    const struct tree_node *sample[2 * SAMPLE];
} forest[SHAPES];
static size_t part_size; /* trees */

/* ---- The trees ------------------------------------------------------------------------------- */

/* Where the nodes of a tree come from: from `left` nodes, in a random order. */
struct pool {
    struct tree_node *nodes;
    uint32_t *order;
    size_t left;
    uint64_t state;
};

static struct pool make_pool(size_t count, uint64_t seed)
{
    struct pool pool = {
        .nodes = bench_alloc_huge(count * sizeof(struct tree_node), "the nodes"),
        .order = bench_alloc_huge(count * sizeof(uint32_t), "the order of the nodes"),
        .left = count,
        .state = seed,
    };
    for (size_t k = 0; k < count; k++)
        pool.order[k] = (uint32_t)k;
    bench_shuffle(pool.order, count, &pool.state);
    return pool;
}

/* A tree of `size` nodes, and what a walk over it must give. A random one has the shape of a search
 * tree that random keys were inserted into: each of them is as likely to be the root. */
static const struct tree_node *build_tree(struct pool *pool, enum shape shape, size_t size,
                                          unsigned height, uint64_t *answer)
{
    *answer = 0;
    if (size == 0)
        return NULL;
    if (height == TREE_HEIGHT) {
        fprintf(stderr, "tree: a tree is higher than %d nodes: --tree-size takes less\n",
                TREE_HEIGHT);
        exit(2);
    }
    struct tree_node *node = &pool->nodes[pool->order[--pool->left]];
    size_t before = shape == BALANCED ? size / 2 : bench_below(&pool->state, size);
    uint64_t left, right;
    node->value = bench_random(&pool->state);
    node->left = build_tree(pool, shape, before, height + 1, &left);
    node->right = build_tree(pool, shape, size - 1 - before, height + 1, &right);
    *answer = tree_combine(left, right, node->value);
    return node;
}

static void build_forest(enum shape shape)
{
    part_size = nodes / tree_size / PARTS;
    struct pool pool = make_pool(PARTS * part_size * tree_size + SAMPLE_NODES, 42 + shape);
    forest[shape].roots = bench_alloc(PARTS * part_size, sizeof *forest[shape].roots, "the roots");
    uint64_t answer;
    for (size_t i = 0; i < PARTS * part_size; i++) {
        forest[shape].roots[i] = build_tree(&pool, shape, tree_size, 0, &answer);
        forest[shape].answer[i / part_size] += answer * (2 * (i % part_size) + 1);
    }
    forest[shape].sample[0] = build_tree(&pool, shape, SAMPLE_NODES, 0, &answer);
    for (unsigned k = 1; k < 2 * SAMPLE; k++)
        forest[shape].sample[k] = forest[shape].sample[0];
    bench_free_huge(pool.order, (PARTS * part_size * tree_size + SAMPLE_NODES) * sizeof(uint32_t));
}

/* ---- The runs -------------------------------------------------------------------------------- */

/* The versions go round the same trees at the greatest distance from each other, so that none finds
 * in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    (void)turn;
    unsigned s = cell->number / VERSIONS, v = cell->number % VERSIONS;
    part = (part + PARTS / VERSIONS * v) % PARTS;
    struct tree_job job = {
        .roots = forest[s].roots + part * part_size, .count = part_size, .group = group};
    return (*versions[v].run)(&job) == forest[s].answer[part];
}

static void sample(const struct bench_cell *cell, unsigned size)
{
    struct tree_job job = {
        .roots = forest[cell->number / VERSIONS].sample, .count = size * SAMPLE, .group = SAMPLE};
    (*versions[cell->number % VERSIONS].run)(&job);
}

static void prepare_cells(struct bench_cell *cells)
{
    for (unsigned k = 0; k < SHAPES * VERSIONS; k++)
        cells[k] = (struct bench_cell){
            .version = versions[k % VERSIONS].name,
            .setting = names[k / VERSIONS],
            .run = run,
            .sample = sample,
            .number = k,
            .parts = PARTS,
            .units = (double)(PARTS * part_size * tree_size),
            .sample_units = SAMPLE * SAMPLE_NODES,
        };
}

/* ---- The report ------------------------------------------------------------------------------ */

static void print_verdict(const struct bench_cell *cells)
{
    printf("\n");
    /* The harness judges upper bounds: devirtualised, recursion is to be 1.5 times as fast. */
    struct bench_verdict verdict = {.what = "time, linked / not direct", .target = 1 / 1.5};
    for (unsigned s = 0; s < SHAPES; s++) {
        const struct bench_cell *c = &cells[s * VERSIONS];
        printf("%s: sequential / inlined %.2f; linked / inlined %.2f; inlined / two-level by hand "
               "%.2f\n",
               names[s], c[SEQUENTIAL].median / c[INLINED].median,
               c[LINKED].median / c[INLINED].median, c[INLINED].median / c[TWO_LEVEL].median);
        bench_judge(&verdict, c[LINKED].median / c[INDIRECT].median, names[s]);
    }
    bench_print_verdict(&verdict);
    printf(
        "  (\"Not direct\": the same source, where the compiler does not see which coroutine it\n"
        "  awaits. The target is that it takes 1.5 times as long as linked.)\n");
}

static bool measure_versions(void)
{
    static struct bench_cell cells[SHAPES * VERSIONS];
    prepare_cells(cells);
    if (!bench_measure(cells, SHAPES, VERSIONS, (unsigned)rounds))
        return false;
    const char *how = bench_count_instructions(cells, SHAPES * VERSIONS);
    for (unsigned s = 0; s < SHAPES; s++) {
        char title[64];
        snprintf(title, sizeof title, "%s, CPU ns/node", names[s]);
        bench_print_versions(title, &cells[s * VERSIONS], VERSIONS, INLINED, "/inlined",
                             (unsigned)rounds);
    }
    bench_print_versions_key("/inlined", "nested, inlined", "node", how);
    print_verdict(cells);
    return true;
}

/* ---- CORO_GROUP_AUTO and all group sizes ----------------------------------------------------- */

static const struct {
    enum shape shape;
    tree_run *const *run, *const *finds_group;
    const char *name;
} searches[] = {
    {BALANCED, &tree_inlined, &tree_inlined_auto1, "inlined, balanced"},
    {RANDOM, &tree_inlined, &tree_inlined_auto2, "inlined, random"},
    {BALANCED, &tree_linked, &tree_linked_auto1, "linked, balanced"},
    {RANDOM, &tree_linked, &tree_linked_auto2, "linked, random"},
};

enum { SEARCHES = sizeof searches / sizeof *searches };

static size_t found[SEARCHES];

static bool run_group(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    unsigned s = cell->number / BENCH_GROUP_CELLS, g = cell->number % BENCH_GROUP_CELLS;
    enum shape shape = searches[s].shape;
    part = (turn * FIND_PARTS + part + PARTS / BENCH_GROUP_CELLS * g) % PARTS;
    struct tree_job job = {.roots = forest[shape].roots + part * part_size,
                           .count = part_size,
                           .group = g == BENCH_AUTO ? 0 : bench_groups[g],
                           .found = &found[s]};
    tree_run *const *run = g == BENCH_AUTO ? searches[s].finds_group : searches[s].run;
    return (*run)(&job) == forest[shape].answer[part];
}

static bool measure_groups(void)
{
    static struct bench_cell cells[SEARCHES * BENCH_GROUP_CELLS];
    for (unsigned k = 0; k < SEARCHES * BENCH_GROUP_CELLS; k++)
        cells[k] = (struct bench_cell){
            .setting = searches[k / BENCH_GROUP_CELLS].name,
            .run = run_group,
            .number = k,
            .parts = FIND_PARTS,
            .units = (double)(FIND_PARTS * part_size * tree_size),
        };
    return bench_measure_groups(cells, SEARCHES, found, "node", (unsigned)rounds);
}

int main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 1000, "times that everything is measured"},
        {"--nodes", &nodes, 1 << 14, 1 << 30, "nodes of each shape's trees, 64 bytes each"},
        {"--tree-size", &tree_size, 1, 1 << 16, "nodes of a tree; a 32nd of --nodes at the most"},
        {"--group", &group, 1, 4096, "walks in flight at a time"},
        {"--auto", &find, 1, 1, "CORO_GROUP_AUTO beside 1 to 64 in flight instead"},
    };
    bench_parse(argc, argv,
                "tree: recursive walks over binary trees, each of one cache line a node.\n"
                "Exit status 1: a wrong answer.",
                options, sizeof options / sizeof *options);
    if (tree_size > nodes / PARTS) {
        fprintf(stderr,
                "%s: --tree-size %llu: a 32nd of --nodes at the most (--help lists the "
                "options)\n",
                argv[0], (unsigned long long)tree_size);
        return 2;
    }

    bench_print_machine();
    double start = bench_now();
    for (unsigned s = 0; s < SHAPES; s++)
        build_forest(s);
    printf("tree:    for each shape %zu trees of %llu nodes, %zu bytes each, in random order in "
           "%zu MiB;\n         %.0f MiB of the process in huge pages\n",
           PARTS * part_size, (unsigned long long)tree_size, sizeof(struct tree_node),
           PARTS * part_size * tree_size * sizeof(struct tree_node) >> 20, bench_huge_mib());
    printf("work:    each tree once a round, %llu in flight; %llu rounds; built in %.1f s\n",
           (unsigned long long)group, (unsigned long long)rounds, bench_now() - start);
    fflush(stdout);

    if (!(find ? measure_groups() : measure_versions()))
        return 1;
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
