/* search.c: the dictionary of the binary search. */
#include "search.h"

#include <stdlib.h>

static uint64_t key_of(const void *structure, size_t item, bool missing)
{
    const struct dictionary *dictionary = structure;
    return dictionary->keys[item] + missing; /* odd */
}

static void build(struct suite_data *data, const struct suite_scale *scale, bool zipf)
{
    struct dictionary *dictionary = bench_alloc(1, sizeof *dictionary, "the dictionary");
    size_t bytes = scale->items * sizeof(uint64_t);
    *dictionary = (struct dictionary){
        .keys = bench_alloc_huge(bytes, "the dictionary's keys"),
        .values = bench_alloc_huge(bytes, "the dictionary's values"),
        .count = scale->items,
    };
    uint64_t key = 0, state = 42;
    for (size_t k = 0; k < scale->items; k++) {
        key += 2 + 2 * bench_below(&state, 1 << 20); /* even */
        dictionary->keys[k] = key;
        dictionary->values[k] = suite_value(key);
    }
    data->structure = dictionary;
    data->bytes = 2 * bytes;
    suite_draw_lookups(data, scale, zipf, key_of);
}

static void destroy(struct suite_data *data)
{
    struct dictionary *dictionary = data->structure;
    bench_free_huge(dictionary->keys, dictionary->count * sizeof(uint64_t));
    bench_free_huge(dictionary->values, dictionary->count * sizeof(uint64_t));
    free(dictionary);
}

const struct suite_workload suite_search = {
    .name = "search",
    .operation = "binary search in a sorted array of keys, then the value of the key from another",
    .item_bytes = 2 * sizeof(uint64_t),
    .build = build,
    .destroy = destroy,
    SUITE_RUNS(search),
};
