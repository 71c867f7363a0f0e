/* groupby.c: the table of the aggregation: most groups are there already, others come into being.
 * What a run has done to it is read and undone behind the run. */
#include "groupby.h"

#include <stdlib.h>

#include "buckets.h"

static uint64_t key_of(const struct group_table *table, size_t item, bool missing)
{
    uint64_t state = missing ? item + table->count : item;
    return bench_random(&state); /* of two states never the same */
}

static size_t steps_of(const void *structure, uint64_t key)
{
    const struct group_table *table = structure;
    size_t steps = 1;
    for (const struct group *group = *group_head(table, key); group; group = group->next) {
        steps++;
        if (group->key == key)
            break;
    }
    return steps;
}

/* What a group adds to the answer. */
static uint64_t weigh(const struct group *group)
{
    uint64_t state = group->key;
    return bench_random(&state) *
           (group->count + 3 * group->sum + 5 * group->least + 7 * group->most);
}

/* ---- Answers, from the operations alone ------------------------------------------------------ */

struct tuple {
    uint64_t key, value;
};

static int by_key(const void *a, const void *b)
{
    const struct tuple *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static uint64_t answer_of(const uint64_t *keys, size_t count)
{
    struct tuple *tuples = bench_alloc(count, sizeof *tuples, "the tuples");
    uint64_t answer = 0;
    for (size_t i = 0; i < count; i++)
        tuples[i] = (struct tuple){.key = keys[i], .value = group_value(i)};
    qsort(tuples, count, sizeof *tuples, by_key);
    for (size_t i = 0; i < count;) {
        struct group group = {.key = tuples[i].key, .least = UINT64_MAX};
        for (; i < count && tuples[i].key == group.key; i++)
            group_update(&group, tuples[i].value);
        answer += weigh(&group);
    }
    free(tuples);
    return answer;
}

/* A new group's key is drawn again at once with a chance of one in two, so that two operations in
 * flight want to make the same group. */
static void draw(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    uint64_t state = 7;
    struct suite_items *items = suite_items_new(scale->items, zipf, 11);
    size_t missing = 0;
    for (size_t k = 0; k < scale->parts * scale->operations; k++) {
        size_t item = suite_next_item(items);
        if (bench_below(&state, 100) >= scale->misses)
            data->keys[k] = key_of(data->structure, item, false);
        else
            data->keys[k] = key_of(data->structure, missing += bench_below(&state, 2), true);
    }
    suite_items_free(items);
    for (size_t part = 0; part < scale->parts; part++)
        data->answers[part] = answer_of(data->keys + part * scale->operations, scale->operations);
}

/* ---- The table ------------------------------------------------------------------------------- */

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct group_table *table = bench_alloc(1, sizeof *table, "the table");
    unsigned bits = bucket_bits(scale->items);
    size_t heads = sizeof *table->heads << bits;
    *table = (struct group_table){
        .heads = bench_alloc_huge(heads, "the buckets"),
        .shift = 64 - bits,
        .count = scale->items,
        .room = scale->items + scale->operations,
    };
    table->groups = bench_alloc_huge(table->room * sizeof *table->groups, "the groups");
    for (size_t k = 0; k < scale->items; k++) {
        uint64_t key = key_of(table, k, false);
        struct group **head = group_head(table, key), *first = *head;
        *head = NULL;
        group_add(table, head, key)->next = first;
    }
    data->structure = table;
    data->bytes = scale->items * sizeof *table->groups + heads;
    draw(data, scale, zipf);
    table->stages = suite_stages(data, steps_of);
}

/* Cuts off the groups at the end of the bucket that were not there before. */
static void cut(struct group_table *table, struct group **link)
{
    while (*link && *link < table->groups + table->count)
        link = &(*link)->next;
    *link = NULL;
}

/* Adds up the groups of the job's keys, each once, and leaves them without values. */
static uint64_t settle(const struct suite_job *job, uint64_t result)
{
    struct group_table *table = job->structure;
    uint64_t answer = result;
    for (size_t i = 0; i < job->count; i++)
        for (struct group *group = *group_head(table, job->keys[i]); group; group = group->next)
            if (group->key == job->keys[i] && group->count > 0) {
                answer += weigh(group);
                *group =
                    (struct group){.key = group->key, .next = group->next, .least = UINT64_MAX};
            }
    for (size_t i = 0; i < job->count; i++)
        cut(table, group_head(table, job->keys[i]));
    table->used = table->count;
    return answer;
}

static void destroy(struct suite_data *data)
{
    struct group_table *table = data->structure;
    bench_free_huge(table->heads, sizeof *table->heads << (64 - table->shift));
    bench_free_huge(table->groups, table->room * sizeof *table->groups);
    free(table);
}

const struct suite_workload suite_groupby = {
    .name = "group-by",
    .operation = "a tuple added to its group: count, sum, least and greatest; 5 % make a new one",
    .item_bytes = sizeof(struct group) + sizeof(struct group *),
    .build = build,
    .destroy = destroy,
    .settle = settle,
    SUITE_RUNS(groupby),
};
