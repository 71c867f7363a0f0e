/* steps_of.h: for suite_stages(), counts the steps of an operation by taking them: behind a
 * workload's NAME_steps.h. */
static size_t steps_of(const void *structure, uint64_t key)
{
    struct suite_job job = {.structure = (void *)structure, .keys = &key, .count = 1, .group = 1};
    struct slot slot;
    uint64_t result;
    size_t steps = 1;
    for (start(&slot, &job, 0); !step(&slot, &job, &result);)
        steps++;
    return steps;
}
