/* search_layers.c: a lookup in the dictionary, in layers: lookup awaits locate, which awaits
 * compare at every step. CMakeLists.txt has the ways in which it is compiled. */
#include "layers.h"
#include "search.h"

#ifndef TWO_LEVEL

/* Whether the key at `place`, which is not in the cache yet, is at most `key`. */
static coro_task(bool) is_at_most(const uint64_t *place, uint64_t key)
{
    coro_begin(bool);
    coro_prefetch(place);
    coro_return(*place <= key);
}

/* Where the greatest key that is at most `key` lies; where all are greater, the first place. */
static coro_task(size_t) locate(const struct dictionary *dictionary, uint64_t key)
{
    coro_begin(size_t);
    size_t low = 0;
    for (size_t size = dictionary->count; size > 1;) {
        size_t half = size / 2;
        bool at_most = coro_await(is_at_most(&dictionary->keys[low + half], key));
        low += search_advance(at_most, half);
        size -= half;
    }
    coro_return(low);
}

static coro_task(uint64_t) lookup(const struct dictionary *dictionary, uint64_t key)
{
    coro_begin(uint64_t);
    size_t place = coro_await(locate(dictionary, key));
    if (dictionary->keys[place] != key)
        coro_return(SUITE_MISS);
    coro_prefetch(&dictionary->values[place]);
    coro_return(dictionary->values[place]);
}

#else

static coro_task(uint64_t) lookup(const struct dictionary *dictionary, uint64_t key)
{
    coro_begin(uint64_t);
    size_t low = 0;
    for (size_t size = dictionary->count; size > 1;) {
        size_t half = size / 2;
        coro_prefetch(&dictionary->keys[low + half]);
        low += search_advance(dictionary->keys[low + half] <= key, half);
        size -= half;
    }
    if (dictionary->keys[low] != key)
        coro_return(SUITE_MISS);
    coro_prefetch(&dictionary->values[low]);
    coro_return(dictionary->values[low]);
}

#endif

#define OPERATION(job, i) lookup((job)->structure, (job)->keys[i])
#include "run.h"
