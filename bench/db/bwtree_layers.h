/* bwtree_layers.h: the operations of a Bw-tree, in layers of coroutines as one would write plain
 * functions: get awaits bw_find, which awaits bw_enter and bw_child at each node on the way down,
 * and these bw_fetch at all that a chain is made of. For whoever awaits them, in a file of their
 * own for each way of compiling: behind <coroinline/coro.h>, or what stands in for it.
 *
 * An operation suspends where it comes to a place in the mapping table, to a delta, to a base node
 * or to a value that may not be in the cache. No operation waits for another one, and none has
 * anything, suspended or not, that others would wait for: a split that is half done keeps nobody
 * from anything.
 *
 * All of them need a worker of the epoch that is pinned from before they start until they have
 * ended. Get, put and remove take effect at one moment between the two; of a scan that is true of
 * each key by itself. */
#ifndef BENCH_DB_BWTREE_LAYERS_H
#define BENCH_DB_BWTREE_LAYERS_H

#include "bwtree_node.h"

coro_declare(bw_link);
coro_declare(bw_visit);
coro_declare(bwtree_status);
coro_declare(bwtree_result);

/* ---- Nodes ----------------------------------------------------------------------------------- */

/* [interleaved] A link, when the delta or the base node that it leads to is in the cache. */
static coro_task(bw_link) bw_fetch(bw_link link)
{
    coro_begin(bw_link);
    if (bw_is_delta(link))
        coro_prefetch(bw_node_of(link));
    else
        coro_prefetch_range(__builtin_assume_aligned(bw_base_of(link), 64), BW_HOT_BYTES);
    coro_return(link);
}

/* What a node is made of now. */
static coro_task(bw_visit) bw_enter(struct bwtree *tree, uint32_t number)
{
    coro_begin(bw_visit);
    coro_prefetch(&tree->table[number]);
    bw_link newest = coro_await(bw_fetch(bw_load(tree, number)));
    coro_return((bw_visit){number, newest});
}

/* The child of an inner node for a key that belongs there. */
static coro_task(uint32_t) bw_child(bw_link newest, uint64_t key)
{
    coro_begin(uint32_t);
    while (bw_is_delta(newest)) {
        const struct bw_delta *delta = bw_delta_of(newest);
        if (bw_leads(delta, key))
            coro_return((uint32_t)delta->value);
        newest = coro_await(bw_fetch(delta->head.next));
    }
    const struct bw_base *base = bw_base_of(newest);
    const uint64_t *child = bw_value(base, bw_rank(base, key));
    coro_prefetch(child);
    coro_return((uint32_t)*child);
}

/* What a leaf has for a key that belongs there. */
static coro_task(bwtree_result) bw_look_up(bw_link newest, uint64_t key)
{
    coro_begin(bwtree_result);
    while (bw_is_delta(newest)) {
        const struct bw_delta *delta = bw_delta_of(newest);
        if (bw_tells(delta, key))
            coro_return(bw_told(delta));
        newest = coro_await(bw_fetch(delta->head.next));
    }
    const struct bw_base *base = bw_base_of(newest);
    unsigned rank = bw_rank(base, key);
    if (rank == base->head.count || base->key[rank] != key)
        coro_return((bwtree_result){BWTREE_MISSING, 0});
    coro_prefetch(bw_value(base, rank));
    coro_return((bwtree_result){BWTREE_FOUND, *bw_value(base, rank)});
}

/* ---- The tree -------------------------------------------------------------------------------- */

/* The node of a level, the root's or one below, where a key belongs. Completes the splits that it
 * meets on the way. */
static coro_task(bw_visit)
    bw_find(struct bwtree *tree, struct epoch_worker *worker, uint64_t key, unsigned level)
{
    coro_begin(bw_visit);
    bw_visit above = {BW_ROOT, 0};
    uint32_t number = BW_ROOT;
    for (;;) {
        bw_visit at = coro_await(bw_enter(tree, number));
        if (key > bw_head(at)->last) {
            above = bw_help(tree, worker, above, at);
            number = bw_head(at)->right;
        } else if (bw_head(at)->level == level) {
            coro_return(at);
        } else {
            above = at;
            number = coro_await(bw_child(at.newest, key));
        }
    }
}

static coro_task(bwtree_result)
    bwtree_get(struct bwtree *tree, struct epoch_worker *worker, uint64_t key)
{
    coro_begin(bwtree_result);
    bw_visit leaf = coro_await(bw_find(tree, worker, key, 0));
    coro_return(coro_await(bw_look_up(leaf.newest, key)));
}

/* ---- Put and remove -------------------------------------------------------------------------- */

/* Splits a leaf in both steps, and the nodes above that have become too large by it. Where these
 * can't be, they stay so until another one of their children splits. As bw_split(). */
static coro_task(bwtree_status)
    bw_make_room(struct bwtree *tree, struct epoch_worker *worker, bw_visit at)
{
    coro_begin(bwtree_status);
    uint64_t separator;
    bwtree_status status = bw_split(tree, worker, at, &separator), of_above = status;
    for (unsigned level = 0; of_above == BW_DONE && at.number != BW_ROOT; level++) {
        coro_await(bw_find(tree, worker, separator, level));
        at = coro_await(bw_find(tree, worker, separator, level + 1));
        if (bw_head(at)->count <= BW_WIDTH)
            break;
        of_above = bw_split(tree, worker, at, &separator);
    }
    coro_return(status);
}

/* `kind` is BWTREE_PUT or BWTREE_INSERT. */
static coro_task(bwtree_result) bwtree_put(struct bwtree *tree, struct epoch_worker *worker,
                                           enum bwtree_kind kind, uint64_t key, uint64_t value)
{
    coro_begin(bwtree_result);
    bwtree_status status = BW_AGAIN;
    bwtree_result found;
    while (status == BW_AGAIN) {
        bw_visit leaf = coro_await(bw_find(tree, worker, key, 0));
        found = coro_await(bw_look_up(leaf.newest, key));
        bool is_there = found.status == BWTREE_FOUND;
        if (is_there && kind == BWTREE_INSERT)
            coro_return(found);
        if (is_there || bw_head(leaf)->count < BW_WIDTH) {
            status = bw_append(tree, worker, leaf, BW_PUT, key, value, !is_there);
        } else {
            status = coro_await(bw_make_room(tree, worker, leaf));
            if (status == BW_DONE)
                status = BW_AGAIN;
        }
    }
    if (status == BW_DONE)
        status = found.status == BWTREE_FOUND ? BWTREE_UPDATED : BWTREE_INSERTED;
    coro_return((bwtree_result){status, found.value});
}

static coro_task(bwtree_result)
    bwtree_remove(struct bwtree *tree, struct epoch_worker *worker, uint64_t key)
{
    coro_begin(bwtree_result);
    bwtree_status status = BW_AGAIN;
    bwtree_result found;
    while (status == BW_AGAIN) {
        bw_visit leaf = coro_await(bw_find(tree, worker, key, 0));
        found = coro_await(bw_look_up(leaf.newest, key));
        if (found.status == BWTREE_MISSING)
            coro_return(found);
        status = bw_append(tree, worker, leaf, BW_REMOVE, key, 0, -1);
    }
    coro_return((bwtree_result){status == BW_DONE ? BWTREE_REMOVED : status, found.value});
}

/* ---- Scan ------------------------------------------------------------------------------------ */

static bool bw_tell(void *context, uint64_t key, uint64_t value)
{
    struct bwtree_scan *scan = context;
    scan->count++;
    return scan->visit(scan->context, key, value);
}

/* [interleaved] Brings all of a chain into the cache. */
static coro_task(void) bw_fetch_chain(bw_link newest)
{
    coro_begin(void);
    while (bw_is_delta(newest))
        newest = coro_await(bw_fetch(bw_node_of(newest)->next));
    coro_prefetch_range(bw_value(bw_base_of(newest), 0), BW_WIDTH * 8);
    coro_return();
}

static coro_task(bwtree_result)
    bwtree_scan(struct bwtree *tree, struct epoch_worker *worker, struct bwtree_scan *scan)
{
    coro_begin(bwtree_result);
    scan->count = 0;
    bw_visit leaf = coro_await(bw_find(tree, worker, scan->from, 0));
    for (;;) {
        coro_await(bw_fetch_chain(leaf.newest));
        uint32_t right = bw_head(leaf)->right;
        if (!bw_visit_entries(leaf.newest, scan->from, bw_tell, scan) || !right)
            break;
        leaf = coro_await(bw_enter(tree, right));
    }
    coro_return((bwtree_result){BWTREE_SCANNED, scan->count});
}

#endif
