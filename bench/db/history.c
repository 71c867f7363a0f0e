/* history.c: checks histories of transactions. */
#include "history.h"

#include <stdio.h>
#include <stdlib.h>

/* What a transaction has left of a key. */
struct left {
    size_t key;
    uint64_t commit, begin, value;
};

static void *allocate(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size);
    if (!block) {
        fputs("history_check: no memory\n", stderr);
        exit(1);
    }
    return block;
}

static int by_key_and_time(const void *a, const void *b)
{
    const struct left *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->commit < y->commit ? -1 : x->commit > y->commit;
}

static bool is_overwritten(const struct history *h, const struct history_txn *txn, size_t event)
{
    for (size_t k = event + 1; k < txn->first + txn->count; k++)
        if (h->events[k].kind == HISTORY_WRITE && h->events[k].key == h->events[event].key)
            return true;
    return false;
}

static size_t collect_left(const struct history *h, struct left *left)
{
    size_t count = 0;
    for (size_t t = 0; t < h->txn_count; t++) {
        const struct history_txn *txn = &h->txns[t];
        for (size_t k = txn->first; txn->commit && k < txn->first + txn->count; k++)
            if (h->events[k].kind == HISTORY_WRITE && !is_overwritten(h, txn, k))
                left[count++] =
                    (struct left){h->events[k].key, txn->commit, txn->begin, h->events[k].value};
    }
    qsort(left, count, sizeof *left, by_key_and_time);
    return count;
}

/* The value of a key at a time; 0: none. */
static uint64_t value_at(const struct left *left, size_t count, size_t key, uint64_t time)
{
    size_t low = 0, high = count; /* the first one behind */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (left[middle].key < key || (left[middle].key == key && left[middle].commit <= time))
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && left[low - 1].key == key ? left[low - 1].value : 0;
}

static bool is_right(const struct history_event *event, uint64_t value)
{
    switch (event->kind) {
    case HISTORY_READ:
        return event->value == value;
    case HISTORY_PRESENT:
        return value != 0;
    case HISTORY_OUTSIDE:
        return value == 0 || value % HISTORY_CLASSES != event->value;
    default:
        return true;
    }
}

static bool sees_right(const struct history *h, const struct history_txn *txn,
                       const struct left *left, size_t count)
{
    for (size_t k = txn->first; k < txn->first + txn->count; k++) {
        const struct history_event *event = &h->events[k];
        uint64_t value = value_at(left, count, event->key, txn->begin);
        for (size_t own = txn->first; own < k; own++)
            if (h->events[own].kind == HISTORY_WRITE && h->events[own].key == event->key)
                value = h->events[own].value;
        if (!is_right(event, value))
            return false;
    }
    return true;
}

static int by_commit(const void *a, const void *b)
{
    const struct history_txn *const *x = a, *const *y = b;
    return (*x)->commit<(*y)->commit ? -1 : (*x)->commit>(*y)->commit;
}

static int by_end(const void *a, const void *b)
{
    const struct history_txn *const *x = a, *const *y = b;
    return (*x)->ended<(*y)->ended ? -1 : (*x)->ended>(*y)->ended;
}

static int by_start(const void *a, const void *b)
{
    const struct history_txn *const *x = a, *const *y = b;
    return (*x)->started<(*y)->started ? -1 : (*x)->started>(*y)->started;
}

static const char *check_times(const struct history *h)
{
    const struct history_txn **ended = allocate(h->txn_count, sizeof *ended);
    const struct history_txn **started = allocate(h->txn_count, sizeof *started);
    const char *wrong = NULL;
    for (size_t t = 0; t < h->txn_count; t++)
        ended[t] = started[t] = &h->txns[t];
    qsort(ended, h->txn_count, sizeof *ended, by_commit);
    for (size_t t = 0; t < h->txn_count; t++) {
        if (ended[t]->commit && ended[t]->commit <= ended[t]->begin)
            wrong = "a commit is no later than the begin";
        if (t > 0 && ended[t]->commit && ended[t]->commit == ended[t - 1]->commit)
            wrong = "two commits have the same time";
    }
    qsort(ended, h->txn_count, sizeof *ended, by_end);
    qsort(started, h->txn_count, sizeof *started, by_start);
    uint64_t last = 0;
    for (size_t s = 0, e = 0; s < h->txn_count; s++) {
        for (; e < h->txn_count && ended[e]->ended < started[s]->started; e++)
            if (ended[e]->commit > last)
                last = ended[e]->commit;
        if (started[s]->begin < last)
            wrong = "a transaction doesn't see what had ended before";
    }
    free(ended);
    free(started);
    return wrong;
}

const char *history_check(const struct history *h)
{
    const char *wrong = check_times(h);
    struct left *left = allocate(h->event_count, sizeof *left);
    size_t count = collect_left(h, left);
    for (size_t k = 1; k < count; k++)
        if (left[k].key == left[k - 1].key && left[k].begin < left[k - 1].commit)
            wrong = "two that overlap have written the same key";
    for (size_t t = 0; t < h->txn_count; t++)
        if (!sees_right(h, &h->txns[t], left, count))
            wrong = "a transaction doesn't see its snapshot";
    free(left);
    return wrong;
}

uint64_t history_value(const struct history *h, size_t key)
{
    struct left *left = allocate(h->event_count, sizeof *left);
    size_t count = collect_left(h, left);
    uint64_t value = value_at(left, count, key, UINT64_MAX);
    free(left);
    return value;
}
