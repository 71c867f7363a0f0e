/* search_group.c: binary searches by group prefetching: Chen, Ailamaki, Gibbons and Mowry, ICDE
 * 2004; for this search, Psaropoulos et al., PVLDB 11(2). All searches of a group halve the same
 * count, so that they are at the same step at any time and need no state but their place: that
 * saves what group.h has to keep for each. */
#include "search.h"

static uint64_t search_some(const struct dictionary *dictionary, const struct suite_job *job,
                            size_t first, size_t count, size_t *low)
{
    const uint64_t *keys = dictionary->keys, *wanted = job->keys + first;
    uint64_t sum = 0;
    for (size_t k = 0; k < count; k++) {
        low[k] = 0;
        __builtin_prefetch(&keys[dictionary->count / 2]);
    }
    for (size_t size = dictionary->count, half; size > 1;) {
        half = size / 2;
        size -= half;
        for (size_t k = 0; k < count; k++) {
            low[k] += search_advance(keys[low[k] + half] <= wanted[k], half);
            if (size > 1)
                __builtin_prefetch(&keys[low[k] + size / 2]);
            else if (keys[low[k]] == wanted[k])
                __builtin_prefetch(&dictionary->values[low[k]]);
        }
    }
    for (size_t k = 0; k < count; k++) {
        bool found = keys[low[k]] == wanted[k];
        sum += suite_weigh(first + k, found ? dictionary->values[low[k]] : SUITE_MISS);
    }
    return sum;
}

uint64_t search_group(const struct suite_job *job)
{
    size_t low[job->group];
    uint64_t sum = 0;
    for (size_t first = 0; first < job->count; first += job->group) {
        size_t left = job->count - first;
        sum += search_some(job->structure, job, first, left < job->group ? left : job->group, low);
    }
    return sum;
}
