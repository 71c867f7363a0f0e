/* ycsb_steps.h: what the benchmark's transactions do without waiting for memory, for all versions
 * of them. */
#ifndef BENCH_DB_YCSB_STEPS_H
#define BENCH_DB_YCSB_STEPS_H

#include <string.h>

#include "ycsb.h"

/* What a request is about. */
struct ycsb_place {
    uint64_t item, key, weight;
    bool is_new;
};

static inline struct ycsb_place ycsb_place_of(const struct ycsb_job *job, size_t number)
{
    const struct ycsb_request *r = &job->requests[number];
    uint64_t item = (r->is_new ? job->first_new : 0) + (uint64_t)(int64_t)r->item;
    return (struct ycsb_place){.item = item,
                               .key = ycsb_key_of(item),
                               .weight = 2 * number + 1,
                               .is_new = item >= job->first_new};
}

static inline struct masstree_key ycsb_bytes_of(const uint64_t *key)
{
    return (struct masstree_key){(const unsigned char *)key, YCSB_KEY};
}

static inline void ycsb_take_probe(struct ycsb_tally *tally, const struct ycsb_place *place,
                                   masstree_result found)
{
    if (found.status == MASSTREE_FOUND)
        tally->sum += found.value * place->weight;
    else
        tally->missing += !place->is_new;
}

static inline void ycsb_take(struct ycsb_tally *tally, uint64_t key, const struct ycsb_value *value,
                             uint64_t weight)
{
    tally->wrong += !ycsb_is_right(key, value);
    tally->sum += value->number * weight;
}

/* False: there was none; else it is in *value. */
static inline bool ycsb_take_read(struct ycsb_tally *tally, const struct ycsb_place *place,
                                  store_result found, struct ycsb_value *value)
{
    if (found.status != STORE_OK) {
        tally->missing += !place->is_new;
        return false;
    }
    memcpy(value, found.value, sizeof *value);
    ycsb_take(tally, place->key, value, place->weight);
    return true;
}

static inline bool ycsb_take_scanned(void *context, struct masstree_key bytes, store_result found)
{
    struct ycsb_scan *scan = context;
    struct ycsb_value value;
    uint64_t key;
    memcpy(&key, bytes.bytes, sizeof key);
    memcpy(&value, found.value, sizeof value);
    ycsb_take(scan->tally, key, &value, 1);
    scan->tally->scanned++;
    return --scan->left > 0;
}

/* One of the job's scans, of `length` records from the key on, which stays in place. */
static inline struct ycsb_scan *ycsb_start_scan(struct ycsb_job *job, const uint64_t *key,
                                                uint64_t length, struct ycsb_tally *tally)
{
    struct ycsb_scan *scan = *job->free;
    *job->free = scan->next;
    scan->scan.from = ycsb_bytes_of(key);
    scan->scan.visit = ycsb_take_scanned;
    scan->scan.context = scan;
    scan->tally = tally;
    scan->left = length;
    return scan;
}

static inline void ycsb_end_scan(struct ycsb_job *job, struct ycsb_scan *scan)
{
    scan->next = *job->free;
    *job->free = scan;
}

/* ---- Transactions ---------------------------------------------------------------------------- */

/* [interleaved] Asks at the gates of the keys that a transaction writes. */
static inline void ycsb_ask(const struct ycsb_job *job, size_t i, struct gates_pass *pass)
{
    if (!job->gates)
        return;
    for (size_t k = i * YCSB_OPERATIONS; k < (i + 1) * YCSB_OPERATIONS; k++)
        if (job->requests[k].kind == YCSB_UPDATE || job->requests[k].kind == YCSB_MODIFY)
            gates_ask(job->gates, pass, ycsb_place_of(job, k).item);
}

static inline double ycsb_now(const struct ycsb_job *job)
{
    return job->micros ? bench_now() : 0;
}

/* Behind the last attempt of transaction i, which has begun at `start`. */
static inline void ycsb_finish(struct ycsb_job *job, size_t i, double start)
{
    if (job->micros)
        job->micros[i] = (bench_now() - start) * 1e6;
}

static inline void ycsb_note_end(struct ycsb_job *job, enum store_status status)
{
    if (status != STORE_OK)
        job->failed = status;
}

#endif
