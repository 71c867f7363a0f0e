/* masstree_layers.h: the operations of a Masstree, in layers of coroutines as one would write plain
 * functions: get awaits mt_find, which awaits mt_find_entry in each layer of the trie, which
 * awaits mt_find_border, which awaits mt_stable_version at each node. For whoever awaits them, in a
 * file of their own for each way of compiling: behind <coroinline/coro.h>, or what stands in for
 * it.
 *
 * An operation suspends where it comes to a node or a block that may not be in the cache, and where
 * it would spin for a lock. A task may be suspended with locks, but only while it waits for another
 * one, a higher one or one in a layer below: as all that wait suspend, tasks of one thread can't
 * wait for each other for good.
 *
 * All of them need a worker of the epoch that is pinned from before they start until they have
 * ended. Get, put and remove take effect at one moment between the two; of a scan that is true of
 * each key by itself. */
#ifndef BENCH_DB_MASSTREE_LAYERS_H
#define BENCH_DB_MASSTREE_LAYERS_H

#include "masstree_node.h"

typedef struct mt_node *mt_node_ptr;
typedef struct mt_interior *mt_interior_ptr;
typedef struct mt_border *mt_border_ptr;

/* Where a key is or would be. */
typedef struct {
    mt_visit border;
    unsigned depth; /* of the layer */
    bool is_there;
    mt_link *place; /* if it is: its link's, */
    mt_link link;   /* and that */
} mt_entry_place;

coro_declare(mt_version);
coro_declare(mt_interior_ptr);
coro_declare(mt_visit);
coro_declare(mt_entry_place);
coro_declare(masstree_result);

enum { MT_ALL_LAYERS = MASSTREE_MAX_KEY };

/* ---- Nodes ----------------------------------------------------------------------------------- */

/* The version of a node that nobody is changing. The node is not in the cache yet. */
static coro_task(mt_version) mt_stable_version(mt_node_ptr node)
{
    coro_begin(mt_version);
    coro_prefetch_range(__builtin_assume_aligned(node, 64), MT_HOT_BYTES);
    mt_version version;
    while ((version = mt_load(&node->version)) & MT_DIRTY) {
        mt_back_off();
        coro_suspend();
    }
    coro_return(version);
}

static coro_task(void) mt_lock(mt_node_ptr node)
{
    coro_begin(void);
    while (!mt_try_lock(node, mt_load(&node->version))) {
        mt_back_off();
        coro_suspend();
    }
    coro_return();
}

/* False: the node is no longer what it was at the visit. */
static coro_task(bool) mt_lock_if_unchanged(mt_visit at)
{
    coro_begin(bool);
    while (!mt_try_lock(at.node, at.version)) {
        if (mt_has_changed(at.node, at.version))
            coro_return(false);
        mt_back_off();
        coro_suspend();
    }
    coro_return(true);
}

/* Of a locked node; NULL: it is the root of its layer. */
static coro_task(mt_interior_ptr) mt_locked_parent(mt_node_ptr node)
{
    coro_begin(mt_interior_ptr);
    mt_interior_ptr parent;
    while ((parent = mt_load(&node->parent))) {
        coro_await(mt_lock(&parent->head));
        if (parent == mt_load(&node->parent))
            break;
        mt_unlock(&parent->head);
    }
    coro_return(parent);
}

/* ---- Lookups --------------------------------------------------------------------------------- */

/* The root of the layer that a link led to when it was read, at a visit of its border node. If the
 * root has grown away from there, the link is led to it. */
static coro_task(mt_visit) mt_layer_root(mt_visit above, mt_link *place, mt_link link)
{
    coro_begin(mt_visit);
    mt_visit at = {mt_layer_of(link), 0};
    while (!((at.version = coro_await(mt_stable_version(at.node))) & MT_ROOT))
        at.node = &mt_load(&at.node->parent)->head;
    if (at.node != mt_layer_of(link))
        mt_lead_to_root(above, place, link, at.node);
    coro_return(at);
}

/* The border node, below the root of a layer, where a slice belongs. MT_DELETED in its version: the
 * way to it has changed. */
static coro_task(mt_visit) mt_find_border(mt_visit at, uint64_t slice)
{
    coro_begin(mt_visit);
    while (!(at.version & MT_BORDER)) {
        mt_visit below = {mt_child_of(mt_interior_of(at.node), slice), 0};
        below.version = coro_await(mt_stable_version(below.node));
        if (!mt_has_changed(at.node, at.version)) {
            at = below;
            continue;
        }
        mt_version before = at.version;
        at.version = coro_await(mt_stable_version(at.node));
        if ((at.version ^ before) & (MT_SPLITS | MT_DELETED))
            coro_return((mt_visit){at.node, MT_DELETED});
    }
    coro_return(at);
}

/* From a border node that may have split to the one where the slice belongs now. */
static coro_task(mt_visit) mt_forward(mt_node_ptr node, uint64_t slice)
{
    coro_begin(mt_visit);
    mt_visit at = {node, coro_await(mt_stable_version(node))};
    mt_border_ptr next;
    while (!(at.version & MT_DELETED) && (next = mt_next(mt_border_of(at.node))) &&
           slice >= next->low)
        at = (mt_visit){&next->head, coro_await(mt_stable_version(&next->head))};
    coro_return(at);
}

/* Where a position is, in the layer that `link` led to, as above. MT_DELETED as above. */
static coro_task(mt_entry_place)
    mt_find_entry(mt_visit above, mt_link *place, mt_link link, struct mt_position position)
{
    coro_begin(mt_entry_place);
    mt_visit root = coro_await(mt_layer_root(above, place, link));
    mt_visit at = coro_await(mt_find_border(root, position.slice));
    while (!(at.version & MT_DELETED)) {
        mt_border_ptr border = mt_border_of(at.node);
        struct mt_rank found = mt_search(border, position);
        place = &border->link[found.slot];
        link = mt_load(place);
        if (!mt_has_changed(at.node, at.version))
            coro_return((mt_entry_place){.border = at,
                                         .is_there = mt_is_at(&found, position),
                                         .place = place,
                                         .link = link});
        at = coro_await(mt_forward(at.node, position.slice));
    }
    coro_return((mt_entry_place){.border = {at.node, MT_DELETED}});
}

/* Whether a key, from its last slice on, is the one that the entry stands for. */
static coro_task(bool) mt_match_tail(struct masstree_key key, mt_link link)
{
    coro_begin(bool);
    coro_prefetch(&mt_tail_of(link)->value);
    coro_return(mt_has_tail(key, mt_tail_of(link)));
}

/* Where a key is; or, if it gets as far as the layer `deepest`, the entry that leads on from there.
 * Its link is a value, or leads to the tail that has it, or to the layer below. */
static coro_task(mt_entry_place)
    mt_find(struct masstree *tree, struct masstree_key key, unsigned deepest)
{
    coro_begin(mt_entry_place);
    const mt_entry_place top = {.place = &tree->root};
    mt_entry_place at = top;
    at.link = mt_load(at.place);
    for (unsigned depth = 0;;) {
        struct mt_position position = mt_position_of(mt_rest(key, depth));
        at = coro_await(mt_find_entry(at.border, at.place, at.link, position));
        if (at.border.version & MT_DELETED) { /* so may be the layer: from the beginning */
            at = top;
            at.link = mt_load(at.place);
            depth = 0;
            continue;
        }
        at.depth = depth;
        if (!at.is_there)
            coro_return((mt_entry_place){.border = at.border, .depth = depth});
        if (position.kind != MT_LONGER)
            coro_return(at);
        if (!mt_is_layer(at.link)) {
            at.is_there = coro_await(mt_match_tail(mt_rest(key, depth), at.link));
            coro_return(at);
        }
        if (depth == deepest)
            coro_return(at);
        depth++;
    }
}

static coro_task(masstree_result) masstree_get(struct masstree *tree, struct masstree_key key)
{
    coro_begin(masstree_result);
    mt_entry_place at = coro_await(mt_find(tree, key, MT_ALL_LAYERS));
    if (!at.is_there)
        coro_return((masstree_result){MASSTREE_MISSING, 0});
    coro_return((masstree_result){MASSTREE_FOUND, mt_value_of(key, at.depth, at.link)});
}

/* ---- Put ------------------------------------------------------------------------------------- */

/* Brings an entry into a full, locked border node, and unlocks it. False: no memory. */
static coro_task(bool)
    mt_split(struct masstree *tree, mt_border_ptr border, const struct mt_entry *entry)
{
    coro_begin(bool);
    mt_node_ptr top = &border->head;
    mt_interior_ptr parent;
    unsigned splits = 0;
    while ((parent = coro_await(mt_locked_parent(top))) && parent->count == MT_WIDTH) {
        top = &parent->head;
        splits++;
    }
    mt_border_ptr fresh = mt_make_nodes(tree, splits + !parent);
    if (fresh)
        mt_split_path(border, fresh, entry);
    else
        mt_unlock_path(&border->head, parent ? &parent->head : top);
    coro_return(fresh != NULL);
}

/* `kind` is MASSTREE_PUT or MASSTREE_INSERT. */
static coro_task(masstree_result)
    masstree_put(struct masstree *tree, struct epoch_worker *worker, enum masstree_kind kind,
                 struct masstree_key key, uint64_t value)
{
    coro_begin(masstree_result);
    masstree_result result = {key.length > MASSTREE_MAX_KEY ? MASSTREE_TOO_LONG : MT_AGAIN, 0};
    while (result.status == MT_AGAIN) {
        mt_entry_place at = coro_await(mt_find(tree, key, MT_ALL_LAYERS));
        if (!coro_await(mt_lock_if_unchanged(at.border)))
            continue;
        struct mt_entry entry;
        mt_border_ptr border = mt_border_of(at.border.node);
        result = mt_put(tree, worker, border, kind, mt_rest(key, at.depth), value, &entry);
        if (result.status != MT_FULL) {
            mt_unlock(&border->head);
        } else if (coro_await(mt_split(tree, border, &entry))) {
            result.status = MASSTREE_INSERTED;
        } else {
            mt_free_entry(tree, &entry);
            result.status = MASSTREE_NO_MEMORY;
        }
    }
    coro_return(result);
}

/* ---- Remove ---------------------------------------------------------------------------------- */

/* Takes a locked border node out of its layer's list. */
static coro_task(void) mt_unlink_border(mt_border_ptr border)
{
    coro_begin(void);
    while (!mt_lock_link(border)) {
        mt_back_off();
        coro_suspend();
    }
    while (!mt_try_unlink(border)) {
        mt_back_off();
        coro_suspend();
    }
    coro_return();
}

/* Locks a border node if it is empty. */
static coro_task(bool) mt_lock_if_empty(mt_border_ptr border)
{
    coro_begin(bool);
    coro_await(mt_lock(&border->head));
    if (!(mt_load(&border->head.version) & MT_DELETED) &&
        mt_count(mt_load(&border->permutation)) == 0)
        coro_return(true);
    mt_unlock(&border->head);
    coro_return(false);
}

/* Locks the ancestors of a locked, empty border node, as far as nothing else is below them, and one
 * more. That one, or NULL: it is all that is left of its layer. *top is the last before. */
static coro_task(mt_interior_ptr) mt_lock_empty_path(mt_border_ptr border, mt_node_ptr *top)
{
    coro_begin(mt_interior_ptr);
    mt_interior_ptr parent;
    *top = &border->head;
    while ((parent = coro_await(mt_locked_parent(*top))) && parent->count == 0)
        *top = &parent->head;
    coro_return(parent);
}

/* Takes a locked, empty border node out of its layer, if it can be, and the ancestors that it
 * leaves empty; then the one that it leaves alone, if that is empty. Unlocks all. True: the layer
 * has become empty. */
static coro_task(bool) mt_delete_border(struct epoch_worker *worker, mt_border_ptr border)
{
    coro_begin(bool);
    for (;;) {
        mt_node_ptr top;
        mt_interior_ptr parent = coro_await(mt_lock_empty_path(border, &top));
        unsigned index = parent ? mt_index_of(parent, top) : 0;
        if (index == 0) {
            mt_unlock_path(&border->head, parent ? &parent->head : top);
            coro_return(!parent);
        }
        mt_mark(&parent->head, MT_INSERTING);
        mt_mark_path_deleted(&border->head, top);
        coro_await(mt_unlink_border(border));
        mt_remove_child(parent, index);
        mt_border_ptr alone = parent->count == 0 ? mt_leftmost(&parent->head) : NULL;
        mt_unlock(&parent->head);
        mt_retire_path(worker, &border->head, top);
        if (!alone || !coro_await(mt_lock_if_empty(alone)))
            coro_return(false);
        border = alone;
    }
}

/* Takes the layer below a locked border node out, if it is empty. */
static coro_task(bool)
    mt_delete_layer(struct epoch_worker *worker, mt_border_ptr above, struct mt_position position)
{
    coro_begin(bool);
    struct mt_rank found = mt_search(above, position);
    mt_link link = mt_load(&above->link[found.slot]);
    if (!mt_is_at(&found, position) || !mt_is_layer(link))
        coro_return(false);
    mt_border_ptr border = mt_leftmost(mt_layer_of(link));
    if (!coro_await(mt_lock_if_empty(border)))
        coro_return(false);
    mt_node_ptr top;
    mt_interior_ptr parent = coro_await(mt_lock_empty_path(border, &top));
    if (parent) {
        mt_unlock_path(&border->head, &parent->head);
        coro_return(false);
    }
    mt_mark_path_deleted(&border->head, top);
    mt_remove_rank(above, found.rank);
    mt_retire_path(worker, &border->head, top);
    coro_return(true);
}

/* Takes out the layer `depth` on the way to a key, if it is empty, and those above that it leaves
 * empty. */
static coro_task(void) mt_delete_layers(struct masstree *tree, struct epoch_worker *worker,
                                        struct masstree_key key, unsigned depth)
{
    coro_begin(void);
    while (depth > 0) {
        mt_entry_place at = coro_await(mt_find(tree, key, depth - 1));
        if (at.depth != depth - 1)
            break; /* somebody else has done it */
        if (!coro_await(mt_lock_if_unchanged(at.border)))
            continue;
        mt_border_ptr above = mt_border_of(at.border.node);
        struct mt_position position = mt_position_of(mt_rest(key, --depth));
        bool is_deleted = coro_await(mt_delete_layer(worker, above, position));
        if (!is_deleted || mt_count(above->permutation) > 0) {
            mt_unlock(&above->head);
            break;
        }
        if (!coro_await(mt_delete_border(worker, above)))
            break;
    }
    coro_return();
}

static coro_task(masstree_result)
    masstree_remove(struct masstree *tree, struct epoch_worker *worker, struct masstree_key key)
{
    coro_begin(masstree_result);
    masstree_result result = {MT_AGAIN, 0};
    while (result.status == MT_AGAIN) {
        mt_entry_place at = coro_await(mt_find(tree, key, MT_ALL_LAYERS));
        if (!at.is_there)
            coro_return((masstree_result){MASSTREE_MISSING, 0});
        if (!coro_await(mt_lock_if_unchanged(at.border)))
            continue;
        mt_border_ptr border = mt_border_of(at.border.node);
        result = mt_remove(worker, border, mt_rest(key, at.depth));
        if (result.status != MASSTREE_REMOVED || mt_count(border->permutation) > 0)
            mt_unlock(&border->head);
        else if (coro_await(mt_delete_border(worker, border)))
            coro_await(mt_delete_layers(tree, worker, key, at.depth));
    }
    coro_return(result);
}

/* ---- Scan ------------------------------------------------------------------------------------ */

/* The keys of the layer that `link` led to and of those below, in order; if `is_bounded`, from
 * scan->from on, of whom the layers above have the beginning. False: enough. */
static coro_task(bool) mt_scan_layer(struct masstree_scan *scan, mt_visit above, mt_link *place,
                                     mt_link link, unsigned depth, bool is_bounded)
{
    coro_begin(bool);
    struct masstree_key from = mt_rest(scan->from, is_bounded ? depth : 0);
    if (!is_bounded)
        from.length = 0;
    struct mt_position bound = mt_position_of(from), next = bound;
    mt_visit at = {NULL, MT_DELETED};
    for (;;) {
        if (at.version & MT_DELETED) {
            mt_visit root = coro_await(mt_layer_root(above, place, link));
            if (root.version & MT_DELETED)
                coro_return(true);
            at = coro_await(mt_find_border(root, next.slice));
            continue;
        }
        mt_border_ptr border = mt_border_of(at.node), right = mt_next(border);
        struct mt_rank found = mt_search(border, next);
        mt_link *below = &border->link[found.slot], to = mt_load(below);
        if (mt_has_changed(at.node, at.version)) {
            at = coro_await(mt_forward(at.node, next.slice));
            continue;
        }
        if (!found.is_there) {
            if (!right)
                coro_return(true);
            at = (mt_visit){&right->head, coro_await(mt_stable_version(&right->head))};
            continue;
        }
        next = found.position;
        bool is_at_bound = next.kind == MT_LONGER && from.length > 8 && next.slice == bound.slice;
        if (next.kind == MT_LONGER && mt_is_layer(to)) {
            mt_set_slice(scan, depth, next.slice);
            if (!coro_await(mt_scan_layer(scan, at, below, to, depth + 1, is_at_bound)))
                coro_return(false);
        } else {
            if (next.kind == MT_LONGER)
                coro_prefetch(&mt_tail_of(to)->value);
            bool is_wanted = !is_at_bound || !mt_is_before(mt_tail_of(to), from);
            if (is_wanted && !mt_tell(scan, depth, next, to))
                coro_return(false);
        }
        next.kind++; /* the position behind */
    }
}

static coro_task(masstree_result) masstree_scan(struct masstree *tree, struct masstree_scan *scan)
{
    coro_begin(masstree_result);
    scan->count = 0;
    mt_visit above = {NULL, 0};
    coro_await(mt_scan_layer(scan, above, &tree->root, mt_load(&tree->root), 0, true));
    coro_return((masstree_result){MASSTREE_SCANNED, scan->count});
}

#endif
