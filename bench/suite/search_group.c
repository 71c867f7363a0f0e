/* search_group.c: binary searches by group prefetching: Chen, Ailamaki, Gibbons and Mowry, ICDE
 * 2004; for this search, Psaropoulos et al., PVLDB 11(2). All searches of a group take the same
 * step before any takes the next. They halve the same count, so that all come to their end
 * together. */
#include "search.h"

static uint64_t search_some(const struct dictionary *dictionary, const struct suite_job *job,
                            size_t first, size_t count, size_t *low)
{
    const uint64_t *keys = dictionary->keys, *wanted = job->keys + first;
    for (size_t k = 0; k < count; k++)
        low[k] = 0;
    for (size_t size = dictionary->count, half; size > 1; size -= half) {
        half = size / 2;
        for (size_t k = 0; k < count; k++)
            __builtin_prefetch(&keys[low[k] + half]);
        for (size_t k = 0; k < count; k++)
            low[k] += keys[low[k] + half] <= wanted[k] ? half : 0;
    }
    for (size_t k = 0; k < count; k++)
        if (keys[low[k]] == wanted[k])
            __builtin_prefetch(&dictionary->values[low[k]]);
    uint64_t sum = 0;
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
