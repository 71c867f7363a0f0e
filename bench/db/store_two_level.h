/* store_two_level.h: the operations of store_layers.h flattened by hand, as CoroBase does it (He,
 * Lu and Wang, PVLDB 14(3), 2021): a transaction awaits them, and what they would await stands in
 * its place. They do the same in the same order. What never suspends is called, and what is rarely
 * done is awaited from the layers: what keeps secondary indexes up to date; splits, layers of an
 * index below the first one in a scan, and removals from an index; what an insert does where the
 * index has its key; and the reclaiming of versions. For whoever awaits them, behind
 * <coroinline/coro.h>. */
#ifndef BENCH_DB_STORE_TWO_LEVEL_H
#define BENCH_DB_STORE_TWO_LEVEL_H

#include "masstree_two_level.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-function" /* those that are flattened below */
#include "store_layers.h"
#pragma clang diagnostic pop

static coro_task(store_result)
    two_level_get(struct store_txn *txn, struct store_table *table, struct masstree_key key)
{
    coro_begin(store_result);
    struct masstree *tree = &table->primary;
#include "masstree_find.inc"
    if (!is_there)
        coro_return((store_result){.status = STORE_MISSING});
    st_slot_ptr slot = st_slot_of(txn->worker->store, mt_value_of(key, depth, link));
    coro_prefetch(slot);
    st_version_ptr seen = st_newest(mt_load(slot));
    for (; seen; seen = seen->next) {
        enum st_sight sight;
        coro_prefetch(seen);
        while ((sight = st_look(txn, seen)) == ST_UNDECIDED) {
            mt_back_off();
            coro_suspend();
        }
        if (sight == ST_VISIBLE)
            break;
    }
    if (!seen || seen->is_deletion)
        coro_return((store_result){.status = STORE_MISSING});
    if (st_length_behind(seen) > 0)
        coro_prefetch_range((const char *)seen + ST_LINE, st_length_behind(seen));
    coro_return((store_result){STORE_OK, seen->length, st_value_of(seen)});
}

/* ---- Writes ---------------------------------------------------------------------------------- */

/* Of an update or a deletion. */
static coro_task(store_status)
    two_level_change(struct store_txn *txn, enum st_intent intent, struct store_table *table,
                     struct masstree_key key, const void *value, uint32_t length)
{
    coro_begin(store_status);
    struct masstree *tree = &table->primary;
#include "masstree_find.inc"
    if (!is_there)
        coro_return(STORE_MISSING);
    struct st_change change = {intent, table, key, value, length};
    uint64_t record = mt_value_of(key, depth, link);
    st_slot_ptr slot = st_slot_of(txn->worker->store, record);
    coro_prefetch(slot);
    coro_prefetch(st_newest(mt_load(slot)));
    st_version_ptr made, replaced;
    store_status status = st_write(txn, record, &change, &made, &replaced);
    if (status != STORE_OK)
        coro_return(status);
    if (replaced && replaced->has_entries && st_birth_of(replaced) != st_birth_of(made))
        coro_await(st_remove_entries(txn, replaced));
    if (made->has_entries)
        status = coro_await(st_put_entries(txn, record, made));
    coro_return(status);
}

#define two_level_update(txn, table, key, value, length)                                           \
    two_level_change((txn), ST_UPDATE, (table), (key), (value), (length))
#define two_level_delete(txn, table, key)                                                          \
    two_level_change((txn), ST_DELETE, (table), (key), NULL, 0)

static coro_task(store_status)
    two_level_insert(struct store_txn *txn, struct store_table *table, struct masstree_key key,
                     const void *value, uint32_t length)
{
    coro_begin(store_status);
    struct st_change change = {ST_INSERT, table, key, value, length};
    struct masstree *tree = &table->primary;
    uint64_t record;
    st_version_ptr made;
    store_status status = st_write_new(txn, &change, &record, &made);
    if (status != STORE_OK)
        coro_return(status);
#include "masstree_find.inc"
    (void)is_there; /* looked up again, with the lock */
    (void)link;
    while (!mt_try_lock(node, version)) {
        if (mt_has_changed(node, version))
            goto find_again;
        mt_back_off();
        coro_suspend();
    }
    struct mt_entry entry;
    masstree_result put = mt_put(tree, &txn->worker->epoch, mt_border_of(node), MASSTREE_INSERT,
                                 mt_rest(key, depth), record, &entry);
    if (put.status != MT_FULL) {
        mt_unlock(node);
    } else if (coro_await(mt_split(tree, mt_border_of(node), &entry))) {
        put.status = MASSTREE_INSERTED;
    } else {
        mt_free_entry(tree, &entry);
        put.status = MASSTREE_NO_MEMORY;
    }
    if (put.status == MT_AGAIN)
        goto find_again;
    if (put.status == MASSTREE_INSERTED) {
        if (made->has_entries)
            status = coro_await(st_put_entries(txn, record, made));
        coro_return(status);
    }
    st_withdraw_new(txn);
    if (put.status == MASSTREE_NO_MEMORY)
        coro_return(st_fail(txn, STORE_NO_MEMORY));
    coro_return(coro_await(st_change_record(txn, put.value, change)));
}

/* ---- Scans ----------------------------------------------------------------------------------- */

static coro_task(store_status) two_level_scan(struct store_txn *txn, struct store_table *table,
                                              int index, struct store_scan *scan)
{
    coro_begin(store_status);
    struct masstree *tree = index < 0 ? &table->primary : &table->index[index].tree;
    scan->count = 0;
    scan->index.from = scan->from;
    scan->index.visit = st_note;
    scan->index.context = scan;
    do {
        scan->batch = 0;
        scan->is_cut = false;
        /* What the index has, in its first layer. */
        scan->index.count = 0;
        struct masstree_key from = scan->index.from;
        struct mt_position bound = mt_position_of(from), next = bound;
        mt_link link = mt_load(&tree->root);
        struct mt_node *node = NULL;
        mt_version version = MT_DELETED;
        for (;;) {
            if (version & MT_DELETED) {
                node = mt_layer_of(link);
                for (;;) {
                    STABLE_VERSION(node, version);
                    if (version & MT_ROOT)
                        break;
                    node = &mt_load(&node->parent)->head;
                }
                if (node != mt_layer_of(link))
                    mt_lead_to_root((mt_visit){NULL, 0}, &tree->root, link, node);
                if (version & MT_DELETED)
                    break;
                while (!(version & MT_BORDER)) {
                    struct mt_node *below = mt_child_of(mt_interior_of(node), next.slice);
                    mt_version of_below, before = version;
                    STABLE_VERSION(below, of_below);
                    if (!mt_has_changed(node, version)) {
                        node = below;
                        version = of_below;
                        continue;
                    }
                    STABLE_VERSION(node, version);
                    if ((version ^ before) & (MT_SPLITS | MT_DELETED)) {
                        version = MT_DELETED;
                        break;
                    }
                }
                continue;
            }
            struct mt_border *border = mt_border_of(node), *right = mt_next(border);
            struct mt_rank found = mt_search(border, next);
            mt_link *below = &border->link[found.slot], to = mt_load(below);
            if (mt_has_changed(node, version)) {
                STABLE_VERSION(node, version);
                while (!(version & MT_DELETED) && (right = mt_next(mt_border_of(node))) &&
                       next.slice >= right->low) {
                    node = &right->head;
                    STABLE_VERSION(node, version);
                }
                continue;
            }
            if (!found.is_there) {
                if (!right)
                    break;
                node = &right->head;
                STABLE_VERSION(node, version);
                continue;
            }
            next = found.position;
            bool is_at_bound =
                next.kind == MT_LONGER && from.length > 8 && next.slice == bound.slice;
            if (next.kind == MT_LONGER && mt_is_layer(to)) {
                mt_visit at = {node, version};
                mt_set_slice(&scan->index, 0, next.slice);
                if (!coro_await(mt_scan_layer(&scan->index, at, below, to, 1, is_at_bound)))
                    break;
            } else {
                if (next.kind == MT_LONGER)
                    coro_prefetch(&mt_tail_of(to)->value);
                bool is_wanted = !is_at_bound || !mt_is_before(mt_tail_of(to), from);
                if (is_wanted && !mt_tell(&scan->index, 0, next, to))
                    break;
            }
            next.kind++; /* the position behind */
        }
        /* The records. */
        for (unsigned k = 0; k < scan->batch; k++) {
            struct masstree_key key = scan->noted[k], entry = key;
            if (index >= 0)
                key.length -= 8;
            enum st_answer answer = st_is_wanted(scan, key);
            if (answer == ST_STOP)
                coro_return(STORE_OK);
            if (answer == ST_SKIP)
                continue;
            st_slot_ptr slot = st_slot_of(txn->worker->store, scan->record[k]);
            coro_prefetch(slot);
            st_version_ptr seen = st_newest(mt_load(slot));
            for (; seen; seen = seen->next) {
                enum st_sight sight;
                coro_prefetch(seen);
                while ((sight = st_look(txn, seen)) == ST_UNDECIDED) {
                    mt_back_off();
                    coro_suspend();
                }
                if (sight == ST_VISIBLE)
                    break;
            }
            if (!seen || seen->is_deletion || (index >= 0 && !st_leads_to(entry, seen)))
                continue;
            if (st_length_behind(seen) > 0)
                coro_prefetch_range((const char *)seen + ST_LINE, st_length_behind(seen));
            scan->count++;
            store_result result = {STORE_OK, seen->length, st_value_of(seen)};
            if (!scan->visit(scan->context, key, result))
                coro_return(STORE_OK);
        }
        if (scan->is_cut)
            st_go_on(scan);
    } while (scan->is_cut);
    coro_return(STORE_OK);
}

/* ---- Ends ------------------------------------------------------------------------------------ */

static coro_task(store_status) two_level_commit(struct store_txn *txn)
{
    coro_begin(store_status);
    store_status status = txn->failed;
    if (status == STORE_OK && txn->writes > 0)
        status = st_publish(txn);
    if (status != STORE_OK) {
        for (unsigned k = 0; k < txn->writes; k++) {
            const struct store_write *write = &txn->write[k];
            if (write->version->has_entries)
                coro_await(st_remove_entries(txn, write->version));
            if (!st_undo(txn, write))
                continue;
            struct masstree_key key = {txn->keys + write->key, write->key_length};
            coro_await(masstree_remove(&write->table->primary, &txn->worker->epoch, key));
            st_retire_new(txn, write);
        }
        st_end(txn);
        coro_return(status);
    }
    __atomic_store_n(&txn->floor, STORE_NO_SNAPSHOT, __ATOMIC_SEQ_CST);
    enum st_logged logged;
    txn->worker->waiting++;
    for (unsigned asked = 0; (logged = st_ask_log(txn, asked)) == ST_NOT_YET; asked++)
        coro_suspend();
    txn->worker->waiting--;
    if (txn->writes > 0 && txn->worker->until_collect-- == 0) {
        txn->worker->until_collect = ST_COLLECT_EVERY;
        coro_await(st_collect(txn));
    }
    st_end(txn);
    coro_return(logged == ST_LOGGED ? STORE_OK : STORE_NOT_LOGGED);
}

#endif
