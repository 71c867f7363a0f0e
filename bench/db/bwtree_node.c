/* bwtree_node.c: making, changing and freeing the nodes of a Bw-tree. */
#include "bwtree_node.h"

#include <assert.h>

/* ---- The mapping table ----------------------------------------------------------------------- */

/* Numbers that are given back are those of nodes that never came into the tree. Above the first of
 * them stands how often the list has changed: who compares it sees that. */
static const uint64_t list_change = (uint64_t)1 << 32;

static uint64_t list_with(uint64_t list, uint32_t first)
{
    return ((list & ~(list_change - 1)) + list_change) | first;
}

/* A free number; BW_ROOT, which is none: the table is full. */
static uint32_t take_number(struct bwtree *tree)
{
    uint64_t list = __atomic_load_n(&tree->waiting, __ATOMIC_ACQUIRE);
    while ((uint32_t)list != 0) {
        /* If somebody else takes it, this is not the next one, and the list has changed. */
        uint32_t next = (uint32_t)(bw_load(tree, (uint32_t)list) >> 2);
        bw_shake();
        if (__atomic_compare_exchange_n(&tree->waiting, &list, list_with(list, next), true,
                                        __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
            return (uint32_t)list;
    }
    uint32_t used = __atomic_load_n(&tree->used, __ATOMIC_RELAXED);
    while (used < tree->room)
        if (__atomic_compare_exchange_n(&tree->used, &used, used + 1, true, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return used;
    return BW_ROOT;
}

static void give_back(struct bwtree *tree, uint32_t number)
{
    uint64_t list = __atomic_load_n(&tree->waiting, __ATOMIC_RELAXED);
    if (number == BW_ROOT)
        return;
    do {
        bw_link next = (uint64_t)(uint32_t)list << 2 | BW_FREE;
        __atomic_store_n(&tree->table[number], next, __ATOMIC_RELAXED);
    } while (!__atomic_compare_exchange_n(&tree->waiting, &list, list_with(list, number), true,
                                          __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static void set(struct bwtree *tree, uint32_t number, bw_link link)
{
    __atomic_store_n(&tree->table[number], link, __ATOMIC_RELEASE);
}

/* False: the node has changed since. */
static bool replace(struct bwtree *tree, bw_visit at, bw_link by)
{
    bw_shake();
    return __atomic_compare_exchange_n(&tree->table[at.number], &at.newest, by, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* ---- Making ---------------------------------------------------------------------------------- */

/* An empty base node of so many entries, to be filled. The rest is as in `model`. */
static struct bw_base *make_base(struct bwtree *tree, const struct bw_node *model, uint32_t count)
{
    struct bw_base *base =
        db_allocate(tree->memory, sizeof *base + (size_t)count * 2 * sizeof *base->key);
    if (base)
        *base = (struct bw_base){
            .head = {.last = model->last,
                     .right = model->right,
                     .count = count,
                     .kind = BW_BASE,
                     .level = model->level},
        };
    return base;
}

static void set_entry(struct bw_base *base, uint32_t rank, uint64_t key, uint64_t value)
{
    base->key[rank] = key;
    base->key[base->head.count + rank] = value;
}

/* A base node of `count` entries of another one, from `rank` on. */
static struct bw_base *copy_entries(struct bwtree *tree, const struct bw_base *from, uint32_t rank,
                                    uint32_t count)
{
    struct bw_base *base = make_base(tree, &from->head, count);
    if (base) {
        memcpy(base->key, &from->key[rank], count * sizeof *base->key);
        memcpy(base->key + count, bw_value(from, rank), count * sizeof *base->key);
    }
    return base;
}

static bw_link link_to(const struct bw_base *base)
{
    return (uintptr_t)base;
}

/* A delta in front of a chain; it changes nothing yet. */
static struct bw_delta *make_delta(struct bwtree *tree, bw_link newest, enum bw_kind kind)
{
    struct bw_delta *delta = db_allocate(tree->memory, sizeof *delta);
    if (!delta)
        return NULL;
    *delta = (struct bw_delta){.head = *bw_node_of(newest)};
    delta->head.next = newest;
    delta->head.kind = (uint16_t)kind;
    delta->head.depth++;
    return delta;
}

static bool install(struct bwtree *tree, bw_visit at, struct bw_delta *delta)
{
    if (replace(tree, at, (uintptr_t)delta | BW_DELTA))
        return true;
    db_release(tree->memory, delta);
    return false;
}

/* ---- Freeing --------------------------------------------------------------------------------- */

static void free_chain(const struct db_memory *memory, bw_link newest)
{
    for (;;) {
        bw_link next = bw_node_of(newest)->next;
        bool is_last = !bw_is_delta(newest);
        db_release(memory, (void *)bw_node_of(newest));
        if (is_last)
            return;
        newest = next;
    }
}

static void release_chain(struct epoch_item *item, const struct db_memory *memory)
{
    struct bw_base *base = (struct bw_base *)((char *)item - offsetof(struct bw_base, item));
    free_chain(memory, base->newest);
}

/* What the caller alone has replaced. */
static void retire(struct epoch_worker *worker, bw_link newest)
{
    bw_link last = newest;
    while (bw_is_delta(last))
        last = bw_node_of(last)->next;
    struct bw_base *base = (struct bw_base *)bw_base_of(last);
    base->newest = newest;
    epoch_retire(worker, &base->item, release_chain);
}

bool bwtree_init(struct bwtree *tree, uint32_t room, const struct db_memory *memory)
{
    const struct bw_node empty = {.last = UINT64_MAX};
    *tree = (struct bwtree){.room = room, .used = 1, .memory = memory};
    tree->table = db_allocate(memory, (size_t)room * sizeof *tree->table);
    if (!tree->table)
        return false;
    struct bw_base *root = make_base(tree, &empty, 0);
    if (!root) {
        db_release(memory, tree->table);
        return false;
    }
    set(tree, BW_ROOT, link_to(root));
    return true;
}

void bwtree_destroy(struct bwtree *tree)
{
    for (uint32_t number = 0; number < tree->used; number++) {
        bw_link newest = bw_load(tree, number);
        if (!(newest & BW_FREE))
            free_chain(tree->memory, newest);
    }
    db_release(tree->memory, tree->table);
}

/* ---- Entries --------------------------------------------------------------------------------- */

/* What goes through the entries of a node in order: the newest deltas of their keys, and the base
 * node. */
struct cursor {
    const struct bw_delta *deltas[BW_LONGEST_CHAIN];
    unsigned next, count; /* of them */
    const struct bw_base *base;
    unsigned rank;
    uint64_t last; /* key */
};

/* Newer ones come first. */
static void add_delta(struct cursor *c, const struct bw_delta *delta)
{
    unsigned k = c->count;
    for (unsigned d = 0; d < c->count; d++)
        if (c->deltas[d]->key == delta->key)
            return;
    for (; k > 0 && c->deltas[k - 1]->key > delta->key; k--)
        c->deltas[k] = c->deltas[k - 1];
    c->deltas[k] = delta;
    c->count++;
}

static void begin(struct cursor *c, bw_link newest, uint64_t from)
{
    c->next = c->count = 0;
    c->last = bw_node_of(newest)->last;
    for (; bw_is_delta(newest); newest = bw_node_of(newest)->next) {
        const struct bw_delta *delta = bw_delta_of(newest);
        if (delta->head.kind != BW_SPLIT && delta->key >= from && delta->key <= c->last)
            add_delta(c, delta);
    }
    c->base = bw_base_of(newest);
    c->rank = bw_rank(c->base, from);
    if (c->rank < c->base->head.count && c->base->key[c->rank] < from)
        c->rank++;
}

static bool has_entry_left(const struct cursor *c)
{
    return c->rank < c->base->head.count && c->base->key[c->rank] <= c->last;
}

/* False: there are no more. */
static bool next_entry(struct cursor *c, uint64_t *key, uint64_t *value)
{
    for (;;) {
        bool is_in_base = has_entry_left(c);
        if (c->next < c->count) {
            const struct bw_delta *delta = c->deltas[c->next];
            if (!is_in_base || delta->key <= c->base->key[c->rank]) {
                c->rank += is_in_base && delta->key == c->base->key[c->rank];
                c->next++;
                if (delta->head.kind == BW_REMOVE)
                    continue;
                *key = delta->key;
                *value = delta->value;
                return true;
            }
        }
        if (!is_in_base)
            return false;
        *key = c->base->key[c->rank];
        *value = *bw_value(c->base, c->rank++);
        return true;
    }
}

bool bw_visit_entries(bw_link newest, uint64_t from, bwtree_visit *visit, void *context)
{
    struct cursor cursor;
    uint64_t key, value;
    begin(&cursor, newest, from);
    while (next_entry(&cursor, &key, &value))
        if (!visit(context, key, value))
            return false;
    return true;
}

/* ---- Consolidation --------------------------------------------------------------------------- */

/* Replaces a node's chain by a base node. BW_DONE, with the new visit; BW_AGAIN: the node has
 * changed since; BWTREE_NO_MEMORY. */
static bwtree_status consolidate(struct bwtree *tree, struct epoch_worker *worker, bw_visit *at)
{
    const struct bw_node *head = bw_head(*at);
    struct bw_base *fresh = make_base(tree, head, head->count);
    if (!fresh)
        return BWTREE_NO_MEMORY;
    struct cursor cursor;
    uint64_t key, value;
    uint32_t rank = 0;
    begin(&cursor, at->newest, 0);
    while (next_entry(&cursor, &key, &value))
        set_entry(fresh, rank++, key, value);
    assert(rank == head->count);
    if (!replace(tree, *at, link_to(fresh))) {
        db_release(tree->memory, fresh);
        return BW_AGAIN;
    }
    retire(worker, at->newest);
    at->newest = link_to(fresh);
    return BW_DONE;
}

/* Where it doesn't come about, the next delta will see to it. */
static void consolidate_if_long(struct bwtree *tree, struct epoch_worker *worker, bw_visit *at)
{
    const struct bw_node *head = bw_head(*at);
    if (head->depth > (head->level == 0 ? BW_LEAF_CHAIN : BW_INNER_CHAIN))
        consolidate(tree, worker, at);
}

/* ---- Deltas ---------------------------------------------------------------------------------- */

/* A delta in front of a chain that has room for it. As bw_append(), and *at is the new visit. */
static bwtree_status append(struct bwtree *tree, struct epoch_worker *worker, bw_visit *at,
                            enum bw_kind kind, const struct bw_delta *content, int more)
{
    if (bw_head(*at)->depth == BW_LONGEST_CHAIN) {
        bwtree_status status = consolidate(tree, worker, at);
        if (status != BW_DONE)
            return status;
    }
    struct bw_delta *delta = make_delta(tree, at->newest, kind);
    if (!delta)
        return BWTREE_NO_MEMORY;
    delta->key = content->key;
    delta->value = content->value;
    delta->to = content->to;
    delta->head.count += (uint32_t)more;
    if (!install(tree, *at, delta))
        return BW_AGAIN;
    at->newest = (uintptr_t)delta | BW_DELTA;
    consolidate_if_long(tree, worker, at);
    return BW_DONE;
}

bwtree_status bw_append(struct bwtree *tree, struct epoch_worker *worker, bw_visit at,
                        enum bw_kind kind, uint64_t key, uint64_t value, int more)
{
    const struct bw_delta content = {.key = key, .value = value};
    return append(tree, worker, &at, kind, &content, more);
}

static bool note_key(void *context, uint64_t key, uint64_t value)
{
    (void)value;
    *(uint64_t *)context = key;
    return false;
}

/* At the visit of `above`, keys behind the last one of `at` were below `at`: so its entries have
 * none that begins with the first of them. Who could have put it there meanwhile has changed the
 * node. */
bw_visit bw_help(struct bwtree *tree, struct epoch_worker *worker, bw_visit above, bw_visit at)
{
    uint64_t separator = bw_head(at)->last + 1, behind;
    struct bw_delta content = {
        .key = separator, .value = bw_head(at)->right, .to = bw_head(above)->last};
    if (bw_load(tree, above.number) != above.newest)
        return above;
    if (!bw_visit_entries(above.newest, separator, note_key, &behind))
        content.to = behind - 1;
    append(tree, worker, &above, BW_INDEX, &content, 1);
    return above;
}

/* ---- Splits ---------------------------------------------------------------------------------- */

/* The root, a base node, becomes one above two new nodes, which have its entries. */
static bwtree_status grow(struct bwtree *tree, struct epoch_worker *worker, bw_visit at)
{
    const struct bw_base *old = bw_base_of(at.newest);
    uint32_t half = old->head.count / 2, left = take_number(tree), right = take_number(tree);
    bwtree_status status = left && right ? BWTREE_NO_MEMORY : BWTREE_FULL;
    struct bw_base *low = copy_entries(tree, old, 0, half);
    struct bw_base *high = copy_entries(tree, old, half, old->head.count - half);
    struct bw_base *root = make_base(tree, &old->head, 2);
    if (!left || !right || !low || !high || !root)
        goto failed;
    low->head.last = high->key[0] - 1;
    low->head.right = right;
    root->head.level++;
    set_entry(root, 0, 0, left);
    set_entry(root, 1, high->key[0], right);
    set(tree, left, link_to(low));
    set(tree, right, link_to(high));
    if (replace(tree, at, link_to(root))) {
        retire(worker, at.newest);
        return BW_DONE;
    }
    status = BW_AGAIN;
failed:
    db_release(tree->memory, root);
    db_release(tree->memory, high);
    db_release(tree->memory, low);
    give_back(tree, right);
    give_back(tree, left);
    return status;
}

/* A base node's upper half becomes a new node. */
static bwtree_status split(struct bwtree *tree, bw_visit at, uint64_t *separator)
{
    const struct bw_base *old = bw_base_of(at.newest);
    uint32_t half = old->head.count / 2, right = take_number(tree);
    if (!right)
        return BWTREE_FULL;
    struct bw_base *high = copy_entries(tree, old, half, old->head.count - half);
    struct bw_delta *delta = make_delta(tree, at.newest, BW_SPLIT);
    if (!high || !delta) {
        db_release(tree->memory, delta);
        db_release(tree->memory, high);
        give_back(tree, right);
        return BWTREE_NO_MEMORY;
    }
    *separator = delta->key = high->key[0];
    delta->head.last = *separator - 1;
    delta->head.right = right;
    delta->head.count = half;
    set(tree, right, link_to(high));
    if (!install(tree, at, delta)) {
        db_release(tree->memory, high);
        give_back(tree, right);
        return BW_AGAIN;
    }
    return BW_DONE;
}

bwtree_status bw_split(struct bwtree *tree, struct epoch_worker *worker, bw_visit at,
                       uint64_t *separator)
{
    if (bw_is_delta(at.newest)) {
        bwtree_status status = consolidate(tree, worker, &at);
        if (status != BW_DONE)
            return status;
    }
    return at.number == BW_ROOT ? grow(tree, worker, at) : split(tree, at, separator);
}
