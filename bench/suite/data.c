/* data.c: what the workloads' data have in common: operations drawn, answers compared. */
#include <stdio.h>
#include <stdlib.h>

#include "../zipf.h"
#include "data.h"
#include "skew.h"

static const char *const names[SUITE_CELLS] = {
    [SUITE_SEQUENTIAL] = "sequential",
    [SUITE_GROUP] = "group-prefetching",
    [SUITE_PIPELINE] = "software-pipelined",
    [SUITE_AMAC] = "amac",
    [SUITE_TWO_LEVEL] = "two-level",
    [SUITE_INLINED] = "nested-inlined",
    [SUITE_FUSED] = "nested-inlined-fused",
    [SUITE_LINKED] = "nested-linked",
    [SUITE_STACK] = "nested-linked-stack",
    [SUITE_CIRCULAR] = "nested-linked-circular",
    [SUITE_POOLED] = "cpp20-nested",
    [SUITE_ELIDED] = "cpp20-nested-elided",
    [SUITE_ELIDABLE] = "cpp20-nested-elidable",
    [SUITE_FLAT] = "cpp20-flat",
    [SUITE_BOOST] = "boost-fibers",
    [SUITE_GCC_POOLED] = "cpp20-gcc-nested",
    [SUITE_GCC_FLAT] = "cpp20-gcc-flat",
    [SUITE_UCONTEXT] = "ucontext-fibers",
    [SUITE_RUST] = "rust-nested",
    [SUITE_RUST_FLAT] = "rust-flat",
    [SUITE_LATENCY] = "limit-latency",
    [SUITE_LINES] = "limit-lines",
};

static const char *const reasons[SUITE_VARIANTS] = {
#if __clang_major__ < 20
    [SUITE_ELIDABLE] = "no clang 20",
#endif
#ifndef SUITE_HAS_BOOST
    [SUITE_BOOST] = "no Boost.Context",
#endif
#ifndef SUITE_HAS_GCC
    [SUITE_GCC_POOLED] = "no g++ with coroutines",
    [SUITE_GCC_FLAT] = "no g++ with coroutines",
#endif
#ifndef SUITE_HAS_UCONTEXT
    [SUITE_UCONTEXT] = "no makecontext()",
#endif
#ifndef SUITE_HAS_RUST
    [SUITE_RUST] = "no rustc",
    [SUITE_RUST_FLAT] = "no rustc",
#endif
};

const char *suite_why_absent(unsigned variant)
{
    return reasons[variant];
}

const char *suite_variant_name(unsigned variant)
{
    return names[variant];
}

/* ---- Operations ------------------------------------------------------------------------------ */

double suite_skew = 0.99, suite_depth = 1, suite_calls = 1;

struct suite_items {
    size_t items;
    bool zipf;
    struct skew distribution;
    uint64_t state;
};

struct suite_items *suite_items_new(size_t items, bool zipf, uint64_t seed)
{
    struct suite_items *drawn = bench_alloc(1, sizeof *drawn, "the distribution");
    *drawn = (struct suite_items){.items = items, .zipf = zipf, .state = seed};
    if (drawn->zipf)
        drawn->distribution = skew_make((double)items, suite_skew);
    return drawn;
}

size_t suite_next_item(struct suite_items *drawn)
{
    if (!drawn->zipf)
        return bench_below(&drawn->state, drawn->items);
    return zipf_scramble(skew_rank(&drawn->distribution, &drawn->state), drawn->items);
}

void suite_items_free(struct suite_items *drawn)
{
    free(drawn);
}

void suite_data_init(struct suite_data *data, const struct suite_scale *scale)
{
    data->parts = scale->parts;
    data->operations = scale->operations;
    data->keys = bench_alloc(scale->parts * scale->operations, sizeof *data->keys, "the keys");
    data->answers = bench_alloc(scale->parts, sizeof *data->answers, "the answers");
}

void suite_draw_lookups(struct suite_data *data, const struct suite_scale *scale, bool zipf,
                        uint64_t (*key_of)(const void *structure, size_t item, bool missing))
{
    uint64_t state = 7;
    struct suite_items *items = suite_items_new(scale->items, zipf, 11);
    for (size_t k = 0; k < scale->parts * scale->operations; k++) {
        bool missing = bench_below(&state, 100) < scale->misses;
        uint64_t key = key_of(data->structure, suite_next_item(items), missing);
        data->keys[k] = key;
        data->answers[k / scale->operations] +=
            suite_weigh(k % scale->operations, missing ? SUITE_MISS : suite_value(key));
    }
    suite_items_free(items);
}

static int by_value(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

size_t suite_stages(const struct suite_data *data,
                    size_t (*steps_of)(const void *structure, uint64_t key))
{
    enum { SAMPLE = 1000 };
    size_t steps[SAMPLE], all = data->parts * data->operations;
    size_t count = all < SAMPLE ? all : SAMPLE;
    for (size_t k = 0; k < count; k++)
        steps[k] = steps_of(data->structure, data->keys[k]);
    qsort(steps, count, sizeof *steps, by_value);
    return count > 0 ? steps[(count - 1) * 95 / 100] : 1;
}

void suite_build(const struct suite_workload *workload, struct suite_data *data,
                 const struct suite_scale *scale)
{
    suite_data_init(data, scale);
    workload->build(data, scale, workload->zipf);
}

void suite_destroy(const struct suite_workload *workload, struct suite_data *data)
{
    workload->destroy(data);
    free(data->keys);
    free(data->answers);
}

/* ---- Answers --------------------------------------------------------------------------------- */

/* The parts go round, so that no run finds in the cache what another has just touched. */
struct suite_job suite_next_job(struct suite_task *task)
{
    const struct suite_data *data = task->data;
    task->part = (unsigned)((*task->turn)++ % data->parts);
    return (struct suite_job){
        .structure = data->structure,
        .keys = data->keys + task->part * data->operations,
        .count = data->operations,
        .group = task->group,
    };
}

bool suite_is_right(const struct suite_task *task, const struct suite_job *job, uint64_t result)
{
    bool limit = task->variant >= SUITE_VARIANTS;
    if (!limit && task->workload->settle)
        result = task->workload->settle(job, result);
    return result == task->data->answers[task->part];
}

void suite_settle(const struct suite_task *task, const struct suite_job *job, uint64_t result)
{
    if (suite_is_right(task, job, result))
        return;
    fprintf(stderr, "\nsuite: WRONG ANSWER from '%s' at %s\n", names[task->variant],
            task->workload->name);
    exit(1);
}
