/* skiplist.c: the skip list, its nodes at random places. */
#include "skiplist.h"

#include <stdlib.h>

enum { UNIT = 32 }; /* bytes: nodes begin at multiples; those of one or two levels take one */

/* Of the node at place `k` in memory. */
static int levels_of(size_t k)
{
    uint64_t state = k, random = bench_random(&state);
    int levels = 1;
    for (; levels < SKIPLIST_LEVELS && (random & 3) == 0; random >>= 2)
        levels++;
    return levels;
}

static size_t units_of(int levels)
{
    size_t bytes = sizeof(struct skiplist_node) + (size_t)levels * sizeof(void *);
    return (bytes + UNIT - 1) / UNIT;
}

static uint64_t key_of(const void *structure, size_t item, bool missing)
{
    (void)structure;
    return 2 * (item + 1) + missing;
}

static size_t steps_of(const void *structure, uint64_t key)
{
    const struct skiplist *list = structure;
    const struct skiplist_node *node = list->head, *beyond = NULL, *next;
    size_t steps = 0;
    for (int level = list->top; level >= 0; level--, beyond = next)
        for (next = node->next[level]; next != beyond; node = next, next = node->next[level]) {
            steps++;
            if (next->key == key)
                return steps;
            if (next->key > key)
                break;
        }
    return steps;
}

/* Appends all nodes, in the order of their keys: place[r] is where the node of rank r is. */
static void link_nodes(struct skiplist *list, size_t count, const uint32_t *place,
                       const uint32_t *unit)
{
    struct skiplist_node *last[SKIPLIST_LEVELS];
    for (int level = 0; level < SKIPLIST_LEVELS; level++)
        last[level] = list->head;
    for (size_t rank = 0; rank < count; rank++) {
        int levels = levels_of(place[rank]);
        char *at = list->nodes + (size_t)unit[place[rank]] * UNIT;
        struct skiplist_node *node = (struct skiplist_node *)at;
        node->key = key_of(list, rank, false);
        node->value = suite_value(node->key);
        for (int level = 0; level < levels; level++) {
            last[level]->next[level] = node;
            last[level] = node;
        }
        list->top = levels - 1 > list->top ? levels - 1 : list->top;
    }
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct skiplist *list = bench_alloc(1, sizeof *list, "the list");
    size_t count = scale->items, units = 0;
    uint32_t *place = bench_alloc_huge(count * sizeof *place, "the order of the nodes");
    uint32_t *unit = bench_alloc_huge(count * sizeof *unit, "the places of the nodes");
    uint64_t state = 42;
    for (size_t k = 0; k < count; k++) {
        place[k] = (uint32_t)k;
        unit[k] = (uint32_t)units;
        units += units_of(levels_of(k));
    }
    bench_shuffle(place, count, &state);
    list->bytes = units * UNIT;
    list->nodes = bench_alloc_huge(list->bytes, "the nodes");
    list->head = bench_alloc(1, units_of(SKIPLIST_LEVELS) * UNIT, "the list's head");
    link_nodes(list, count, place, unit);
    bench_free_huge(place, count * sizeof *place);
    bench_free_huge(unit, count * sizeof *unit);
    data->structure = list;
    data->bytes = list->bytes;
    suite_draw_lookups(data, scale, zipf, key_of);
    list->stages = suite_stages(data, steps_of);
}

static void destroy(struct suite_data *data)
{
    struct skiplist *list = data->structure;
    bench_free_huge(list->nodes, list->bytes);
    free(list->head);
    free(list);
}

const struct suite_workload suite_skiplist = {
    .name = "skiplist",
    .operation = "lookup in a skip list, a quarter of each level's nodes on the next one",
    .item_bytes = UNIT + 2,
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(skiplist),
};
