/* check.c: one key, groups larger than the work, the same keys again and again, keys that are all
 * missing, nothing to do; and the number of prefetches. */
#include "check.h"

#include <stdio.h>

#include "data.h"

static const size_t items[] = {1, 2, 3, 7, 100, 5000};
static const size_t operations[] = {0, 1, 5, 64, 300};
static const size_t groups[] = {1, 2, 7, 16, 64, 500};
static const unsigned misses[] = {0, 30, 100};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct tally {
    unsigned right, wrong;
};

static void check_scale(const struct suite_workload *workload, unsigned variant,
                        const struct suite_scale *scale, struct tally *tally)
{
    struct suite_data data = {0};
    suite_build(workload, &data, scale);
    for (size_t g = 0; g < COUNT(groups); g++) {
        size_t turn = g; /* another part for each group, in the end each for several */
        struct suite_task task = {.workload = workload,
                                  .data = &data,
                                  .variant = variant,
                                  .run = workload->run[variant],
                                  .group = groups[g],
                                  .turn = &turn};
        struct suite_job job = suite_next_job(&task);
        bool right = suite_is_right(&task, &job, task.run(&job));
        tally->right += right;
        tally->wrong += !right;
    }
    suite_destroy(workload, &data);
}

enum { SAMPLE = 4 }; /* operations */

static void sample(const struct bench_cell *cell, unsigned size)
{
    const struct suite_task *task = cell->context;
    struct suite_job job = {.structure = task->data->structure,
                            .keys = task->data->keys,
                            .count = size * SAMPLE,
                            .group = SAMPLE / 2};
    task->run(&job);
}

/* The lines that some operations ask for: the same ones in all variants that interleave. */
static void print_prefetches(const struct suite_workload *workload, unsigned variant)
{
    struct suite_data data = {0};
    suite_build(
        workload, &data,
        &(struct suite_scale){.items = 300, .parts = 1, .operations = 2 * SAMPLE, .misses = 30});
    struct suite_task task = {.data = &data, .run = workload->run[variant]};
    struct bench_cell cell = {.sample = sample, .context = &task, .sample_units = 1};
    fflush(stdout);
    if (bench_step(&cell) && cell.prefetches >= 0)
        printf(", %.0f prefetches\n", cell.prefetches);
    else
        printf(", n/a prefetches\n");
    suite_destroy(workload, &data);
}

bool suite_check(const struct suite_workload *workload, unsigned variant)
{
    struct tally tally = {0, 0};
    double usual_depth = suite_depth, usual_calls = suite_calls;
    unsigned scales = 0; /* each with another depth and number of calls, 1 to 9 both */
    for (size_t i = 0; i < COUNT(items); i++)
        for (size_t o = 0; o < COUNT(operations); o++)
            for (size_t m = 0; m < COUNT(misses); m++, scales++) {
                suite_depth = 1 + scales % 9;
                suite_calls = 1 + scales / 9 % 9;
                check_scale(workload, variant,
                            &(struct suite_scale){.items = items[i],
                                                  .parts = 4,
                                                  .operations = operations[o],
                                                  .misses = misses[m]},
                            &tally);
            }
    suite_depth = usual_depth, suite_calls = usual_calls;
    printf("%s/%s: %u right, %u wrong", workload->name, suite_variant_name(variant), tally.right,
           tally.wrong);
    print_prefetches(workload, variant);
    return tally.wrong == 0;
}
