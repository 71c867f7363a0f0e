/* masstree_node.c: making, changing and freeing the nodes of a Masstree. */
#include "masstree_node.h"

#include <assert.h>

/* ---- Making ---------------------------------------------------------------------------------- */

static const mt_permutation all_slots_free = 0xedcba98765432100;

static struct mt_border *new_border(const struct db_memory *memory, mt_version flags)
{
    struct mt_border *border = db_allocate(memory, sizeof *border);
    if (!border)
        return NULL;
    memset(border, 0, sizeof *border);
    border->head.version = flags | MT_BORDER;
    border->permutation = all_slots_free;
    return border;
}

static struct mt_interior *new_interior(const struct db_memory *memory)
{
    struct mt_interior *node = db_allocate(memory, sizeof *node);
    if (node)
        memset(node, 0, sizeof *node);
    return node;
}

static void free_nodes(const struct db_memory *memory, struct mt_border *border)
{
    struct mt_interior *node = border->head.parent;
    db_release(memory, border);
    while (node) {
        struct mt_interior *next = node->head.parent;
        db_release(memory, node);
        node = next;
    }
}

struct mt_border *mt_make_nodes(struct masstree *tree, unsigned interiors)
{
    struct mt_border *border = new_border(tree->memory, 0);
    while (border && interiors-- > 0) {
        struct mt_interior *node = new_interior(tree->memory);
        if (!node) {
            free_nodes(tree->memory, border);
            return NULL;
        }
        node->head.parent = border->head.parent;
        border->head.parent = node;
    }
    return border;
}

/* The link of an entry with the key; false: no memory. */
static bool make_link(const struct db_memory *memory, struct masstree_key key, uint64_t value,
                      mt_link *link)
{
    *link = value;
    if (key.length <= 8)
        return true;
    size_t rest = key.length - 8;
    struct mt_tail *tail = db_allocate(memory, sizeof *tail + rest);
    if (!tail)
        return false;
    tail->value = value;
    tail->length = (uint32_t)rest;
    memcpy(tail->bytes, key.bytes + 8, rest);
    *link = (uintptr_t)tail;
    return true;
}

/* ---- Freeing --------------------------------------------------------------------------------- */

static void free_layer(const struct db_memory *memory, struct mt_node *node);

/* A link may lead to a node that the root of its layer has grown away from. */
static void free_link(const struct db_memory *memory, unsigned kind, mt_link link)
{
    if (kind != MT_LONGER || link == 0)
        return;
    if (!mt_is_layer(link)) {
        db_release(memory, mt_tail_of(link));
        return;
    }
    struct mt_node *root = mt_layer_of(link);
    while (root->parent)
        root = &root->parent->head;
    free_layer(memory, root);
}

static unsigned kind_at(const struct mt_border *border, unsigned slot)
{
    return border->kinds >> (4 * slot) & 15;
}

static void free_layer(const struct db_memory *memory, struct mt_node *node)
{
    if (node->version & MT_BORDER) {
        struct mt_border *border = mt_border_of(node);
        for (unsigned rank = 0; rank < mt_count(border->permutation); rank++) {
            unsigned slot = mt_slot(border->permutation, rank);
            free_link(memory, kind_at(border, slot), border->link[slot]);
        }
    } else {
        struct mt_interior *interior = mt_interior_of(node);
        for (unsigned k = 0; k <= interior->count; k++)
            free_layer(memory, interior->child[k]);
    }
    db_release(memory, node);
}

bool masstree_init(struct masstree *tree, const struct db_memory *memory)
{
    struct mt_border *root = new_border(memory, MT_ROOT);
    *tree = (struct masstree){.root = root ? mt_link_to_layer(&root->head) : 0, .memory = memory};
    return root != NULL;
}

void masstree_destroy(struct masstree *tree)
{
    free_link(tree->memory, MT_LONGER, tree->root);
}

void mt_free_entry(struct masstree *tree, const struct mt_entry *entry)
{
    free_link(tree->memory, entry->position.kind, entry->link);
}

#define RELEASE(name, type)                                                                        \
    static void name(struct epoch_item *item, const struct db_memory *memory)                      \
    {                                                                                              \
        db_release(memory, (char *)item - offsetof(type, item));                                   \
    }
RELEASE(release_border, struct mt_border)
RELEASE(release_interior, struct mt_interior)
RELEASE(release_tail, struct mt_tail)

static void retire_node(struct epoch_worker *worker, struct mt_node *node)
{
    if (mt_load(&node->version) & MT_BORDER)
        epoch_retire(worker, &mt_border_of(node)->item, release_border);
    else
        epoch_retire(worker, &mt_interior_of(node)->item, release_interior);
}

/* ---- Permutations ---------------------------------------------------------------------------- */

/* The lower `count` groups of four bits. */
static uint64_t nibbles(unsigned count)
{
    return count < 16 ? ((uint64_t)1 << (4 * count)) - 1 : ~(uint64_t)0;
}

/* Gives the first free slot the rank. */
static mt_permutation with_rank(mt_permutation old, unsigned rank)
{
    unsigned count = mt_count(old);
    uint64_t slot = mt_slot(old, count);
    uint64_t moved = old & nibbles(count + 1) & ~nibbles(rank + 1);
    return ((old & nibbles(rank + 1)) | slot << (4 * rank + 4) | moved << 4 |
            (old & ~nibbles(count + 2))) +
           1;
}

/* Its slot becomes the last free one. */
static mt_permutation without_rank(mt_permutation old, unsigned rank)
{
    uint64_t slot = mt_slot(old, rank);
    return ((old & nibbles(rank + 1)) | (old & ~nibbles(rank + 2)) >> 4 | slot << 60) - 1;
}

/* ---- Border nodes ---------------------------------------------------------------------------- */

static void set_slot(struct mt_border *border, unsigned slot, const struct mt_entry *entry)
{
    uint64_t others = border->kinds & ~((uint64_t)15 << (4 * slot));
    mt_store(&border->slice[slot], entry->position.slice);
    mt_store(&border->link[slot], entry->link);
    mt_store(&border->kinds, others | (uint64_t)entry->position.kind << (4 * slot));
}

/* Into a node that isn't full. A reader that has seen a slot's former entry must not take the new
 * one for it. */
static void insert(struct mt_border *border, unsigned rank, const struct mt_entry *entry)
{
    unsigned slot = mt_slot(border->permutation, mt_count(border->permutation));
    if (border->freed >> slot & 1)
        mt_mark(&border->head, MT_INSERTING);
    set_slot(border, slot, entry);
    mt_store(&border->permutation, with_rank(border->permutation, rank));
}

void mt_remove_rank(struct mt_border *border, unsigned rank)
{
    border->freed |= 1u << mt_slot(border->permutation, rank);
    mt_store(&border->permutation, without_rank(border->permutation, rank));
}

/* Of a border node, in order. */
static unsigned get_entries(const struct mt_border *border, struct mt_entry *entries)
{
    unsigned count = mt_count(border->permutation);
    for (unsigned rank = 0; rank < count; rank++) {
        unsigned slot = mt_slot(border->permutation, rank);
        entries[rank] = (struct mt_entry){{border->slice[slot], kind_at(border, slot)},
                                          mt_load(&border->link[slot])};
    }
    return count;
}

void mt_lead_to_root(mt_visit above, mt_link *place, mt_link link, const struct mt_node *root)
{
    mt_link now = mt_link_to_layer(root);
    if (!above.node) {
        __atomic_compare_exchange_n(place, &link, now, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    } else if (mt_try_lock(above.node, above.version)) {
        if (mt_load(place) == link)
            mt_store(place, now);
        mt_unlock(above.node);
    }
}

/* ---- New layers ------------------------------------------------------------------------------ */

/* Fills an empty border node with the two keys, where they differ; false: no memory. */
static bool insert_two(const struct db_memory *memory, struct mt_border *border,
                       const struct masstree_key *keys, const uint64_t *values)
{
    for (unsigned k = 0; k < 2; k++) {
        struct mt_entry entry = {.position = mt_position_of(keys[k])};
        if (!make_link(memory, keys[k], values[k], &entry.link))
            return false;
        insert(border, mt_search(border, entry.position).rank, &entry);
    }
    return true;
}

static bool share_slice(const struct masstree_key *keys)
{
    struct mt_position a = mt_position_of(keys[0]), b = mt_position_of(keys[1]);
    return a.slice == b.slice && a.kind == MT_LONGER && b.kind == MT_LONGER;
}

/* A link to a new layer that holds two different keys, or to a chain of them where they share more
 * slices; 0: no memory. */
static mt_link make_layer(const struct db_memory *memory, struct masstree_key *keys,
                          const uint64_t *values)
{
    mt_link first = 0, *link = &first;
    for (;;) {
        struct mt_border *border = new_border(memory, MT_ROOT);
        if (!border)
            break;
        *link = mt_link_to_layer(&border->head);
        if (!share_slice(keys)) {
            if (!insert_two(memory, border, keys, values))
                break;
            return first;
        }
        insert(border, 0, &(struct mt_entry){.position = mt_position_of(keys[0])});
        link = &border->link[0];
        keys[0] = mt_rest(keys[0], 1);
        keys[1] = mt_rest(keys[1], 1);
    }
    free_link(memory, MT_LONGER, first);
    return 0;
}

/* ---- Put and remove -------------------------------------------------------------------------- */

/* A key that is there. */
static masstree_result meet(uint64_t *place, enum masstree_kind kind, uint64_t value)
{
    masstree_result result = {kind == MASSTREE_PUT ? MASSTREE_UPDATED : MASSTREE_FOUND,
                              mt_load(place)};
    if (kind == MASSTREE_PUT)
        mt_store(place, value);
    return result;
}

/* The entry's key and this one share the slice and go on differently. */
static masstree_result push_down(struct masstree *tree, struct epoch_worker *worker, mt_link *link,
                                 struct masstree_key key, uint64_t value)
{
    struct mt_tail *tail = mt_tail_of(mt_load(link));
    struct masstree_key keys[2] = {{tail->bytes, tail->length}, mt_rest(key, 1)};
    uint64_t values[2] = {mt_load(&tail->value), value};
    mt_link layer = make_layer(tree->memory, keys, values);
    if (!layer)
        return (masstree_result){MASSTREE_NO_MEMORY, 0};
    mt_store(link, layer);
    epoch_retire(worker, &tail->item, release_tail);
    return (masstree_result){MASSTREE_INSERTED, 0};
}

masstree_result mt_put(struct masstree *tree, struct epoch_worker *worker, struct mt_border *border,
                       enum masstree_kind kind, struct masstree_key key, uint64_t value,
                       struct mt_entry *entry)
{
    entry->position = mt_position_of(key);
    struct mt_rank found = mt_search(border, entry->position);
    if (mt_is_at(&found, entry->position)) {
        mt_link *place = &border->link[found.slot], link = mt_load(place);
        if (entry->position.kind != MT_LONGER)
            return meet(place, kind, value);
        if (mt_is_layer(link))
            return (masstree_result){MT_AGAIN, 0};
        if (mt_has_tail(key, mt_tail_of(link)))
            return meet(&mt_tail_of(link)->value, kind, value);
        return push_down(tree, worker, place, key, value);
    }
    if (!make_link(tree->memory, key, value, &entry->link))
        return (masstree_result){MASSTREE_NO_MEMORY, 0};
    if (mt_count(border->permutation) == MT_WIDTH)
        return (masstree_result){MT_FULL, 0};
    insert(border, found.rank, entry);
    return (masstree_result){MASSTREE_INSERTED, 0};
}

masstree_result mt_remove(struct epoch_worker *worker, struct mt_border *border,
                          struct masstree_key key)
{
    struct mt_position position = mt_position_of(key);
    struct mt_rank found = mt_search(border, position);
    if (!mt_is_at(&found, position))
        return (masstree_result){MASSTREE_MISSING, 0};
    masstree_result result = {MASSTREE_REMOVED, mt_load(&border->link[found.slot])};
    if (position.kind == MT_LONGER) {
        if (mt_is_layer(result.value))
            return (masstree_result){MT_AGAIN, 0};
        struct mt_tail *tail = mt_tail_of(result.value);
        if (!mt_has_tail(key, tail))
            return (masstree_result){MASSTREE_MISSING, 0};
        result.value = mt_load(&tail->value);
        mt_remove_rank(border, found.rank);
        epoch_retire(worker, &tail->item, release_tail);
    } else {
        mt_remove_rank(border, found.rank);
    }
    return result;
}

/* ---- Scans ----------------------------------------------------------------------------------- */

void mt_set_slice(struct masstree_scan *scan, unsigned depth, uint64_t slice)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    slice = __builtin_bswap64(slice);
#endif
    memcpy(scan->key + (size_t)depth * 8, &slice, 8);
}

bool mt_tell(struct masstree_scan *scan, unsigned depth, struct mt_position position, mt_link link)
{
    struct masstree_key key = {scan->key, (size_t)depth * 8 + position.kind};
    mt_set_slice(scan, depth, position.slice);
    if (position.kind == MT_LONGER) {
        const struct mt_tail *tail = mt_tail_of(link);
        size_t behind = ((size_t)depth + 1) * 8;
        memcpy(scan->key + behind, tail->bytes, tail->length);
        key.length = behind + tail->length;
        link = mt_load(&tail->value);
    }
    scan->count++;
    return scan->visit(scan->context, key, link);
}

/* ---- Splits ---------------------------------------------------------------------------------- */

/* Which of 16 entries shall be the first of the right node: in the middle or nearby, so that all
 * entries of a slice stay together, of whom there are ten at most. Where keys come in ascending
 * order, the left node stays full, as in section 4.3 of the paper. */
static unsigned choose_split(const struct mt_entry *entries, bool is_ascending)
{
    unsigned wanted = is_ascending ? MT_WIDTH : (MT_WIDTH + 1) / 2;
    for (unsigned off = 0;; off++) {
        unsigned left = wanted - off, right = wanted + off;
        if (off < wanted && entries[left - 1].position.slice != entries[left].position.slice)
            return left;
        if (right <= MT_WIDTH && entries[right - 1].position.slice != entries[right].position.slice)
            return right;
        assert(off <= MT_WIDTH);
    }
}

/* Between the node and its neighbour. Only an operation that doesn't wait holds the bit. */
static void link_behind(struct mt_border *border, struct mt_border *fresh)
{
    while (!mt_lock_link(border))
        mt_back_off();
    struct mt_border *next = mt_next(border);
    fresh->prev = border;
    fresh->next = (uintptr_t)next;
    if (next)
        mt_store(&next->prev, fresh);
    mt_store(&border->next, (uintptr_t)fresh);
}

/* Moves the upper half of a full border node and the entry into it and the fresh node, which is
 * locked, too, from then on. */
static void split_border(struct mt_border *border, struct mt_border *fresh,
                         const struct mt_entry *entry)
{
    struct mt_entry entries[MT_WIDTH + 1];
    unsigned rank = mt_search(border, entry->position).rank;
    get_entries(border, entries);
    memmove(&entries[rank + 1], &entries[rank], (MT_WIDTH - rank) * sizeof *entries);
    entries[rank] = *entry;
    unsigned at = choose_split(entries, rank == MT_WIDTH && !mt_next(border));

    fresh->head.version = MT_LOCKED | MT_SPLITTING | MT_BORDER;
    fresh->low = entries[at].position.slice;
    for (unsigned k = at; k <= MT_WIDTH; k++)
        insert(fresh, k - at, &entries[k]);

    mt_mark(&border->head, MT_SPLITTING);
    unsigned kept = rank < at ? at - 1 : at; /* of those that were there */
    mt_permutation cut = (border->permutation & ~(uint64_t)15) | kept;
    border->freed = 0; /* whoever has seen one will see the split */
    if (rank < at) {
        set_slot(border, mt_slot(cut, kept), entry);
        cut = with_rank(cut, rank);
    }
    mt_store(&border->permutation, cut);
    link_behind(border, fresh);
}

/* Where a slice belongs among those of an interior node. */
static unsigned rank_in(const struct mt_interior *node, uint64_t slice)
{
    unsigned k = 0;
    while (k < node->count && node->slice[k] <= slice)
        k++;
    return k;
}

static void set_child(struct mt_interior *node, unsigned index, struct mt_node *child)
{
    mt_store(&node->child[index], child);
    mt_store(&child->parent, node);
}

/* Into a node that is marked as MT_INSERTING and isn't full. The count comes last: what it counts
 * is always there. */
static void insert_child(struct mt_interior *node, uint64_t slice, struct mt_node *child)
{
    unsigned rank = rank_in(node, slice), count = (unsigned)node->count;
    for (unsigned k = count; k > rank; k--) {
        mt_store(&node->slice[k], node->slice[k - 1]);
        mt_store(&node->child[k + 1], node->child[k]);
    }
    mt_store(&node->slice[rank], slice);
    set_child(node, rank + 1, child);
    mt_store(&node->count, count + 1);
}

/* Moves the upper half of a full node and the child into it and the fresh node, which is locked,
 * too, from then on. Returns the slice that is between the two. */
static uint64_t split_interior(struct mt_interior *node, struct mt_interior *fresh, uint64_t slice,
                               struct mt_node *child)
{
    enum { LEFT = (MT_WIDTH + 1) / 2, RIGHT = MT_WIDTH - LEFT };
    uint64_t slices[MT_WIDTH + 1];
    struct mt_node *children[MT_WIDTH + 2];
    unsigned rank = rank_in(node, slice);
    memcpy(slices, node->slice, rank * sizeof *slices);
    slices[rank] = slice;
    memcpy(slices + rank + 1, node->slice + rank, (MT_WIDTH - rank) * sizeof *slices);
    memcpy(children, node->child, (rank + 1) * sizeof(struct mt_node *));
    children[rank + 1] = child;
    memcpy(children + rank + 2, node->child + rank + 1,
           (MT_WIDTH - rank) * sizeof(struct mt_node *));

    mt_mark(&node->head, MT_SPLITTING);
    fresh->head.version = MT_LOCKED | MT_SPLITTING;
    fresh->count = RIGHT;
    memcpy(fresh->slice, slices + LEFT + 1, RIGHT * sizeof *slices);
    for (unsigned k = 0; k <= RIGHT; k++)
        set_child(fresh, k, children[LEFT + 1 + k]);
    for (unsigned k = rank; k < LEFT; k++) {
        mt_store(&node->slice[k], slices[k]);
        set_child(node, k + 1, children[k + 1]);
    }
    mt_store(&node->count, LEFT);
    return slices[LEFT];
}

/* Above two nodes that were one, the root of the layer. */
static void grow(struct mt_interior *root, uint64_t slice, struct mt_node *left,
                 struct mt_node *right)
{
    root->head.version = MT_ROOT;
    root->count = 1;
    root->slice[0] = slice;
    set_child(root, 0, left);
    set_child(root, 1, right);
    mt_store(&left->version, mt_load(&left->version) & ~MT_ROOT);
}

void mt_split_path(struct mt_border *border, struct mt_border *fresh, const struct mt_entry *entry)
{
    struct mt_interior *spare = fresh->head.parent;
    struct mt_node *left = &border->head, *right = &fresh->head;
    fresh->head.parent = NULL;
    split_border(border, fresh, entry);
    uint64_t slice = fresh->low;
    for (;;) {
        struct mt_interior *parent = mt_load(&left->parent);
        if (parent && parent->count < MT_WIDTH) {
            mt_mark(&parent->head, MT_INSERTING);
            insert_child(parent, slice, right);
            mt_unlock(right);
            mt_unlock_path(left, &parent->head);
            return;
        }
        struct mt_interior *made = spare;
        spare = made->head.parent;
        made->head.parent = NULL;
        if (parent)
            slice = split_interior(parent, made, slice, right);
        else
            grow(made, slice, left, right);
        mt_unlock(left);
        mt_unlock(right);
        if (!parent)
            return;
        left = &parent->head;
        right = &made->head;
    }
}

/* ---- Deletion -------------------------------------------------------------------------------- */

unsigned mt_index_of(const struct mt_interior *parent, const struct mt_node *child)
{
    unsigned k = 0;
    while (parent->child[k] != child)
        k++;
    return k;
}

void mt_remove_child(struct mt_interior *parent, unsigned index)
{
    for (unsigned k = index; k < parent->count; k++) {
        mt_store(&parent->slice[k - 1], parent->slice[k]);
        mt_store(&parent->child[k], parent->child[k + 1]);
    }
    mt_store(&parent->slice[parent->count - 1], 0);
    mt_store(&parent->count, parent->count - 1);
}

struct mt_border *mt_leftmost(struct mt_node *node)
{
    while (!(mt_load(&node->version) & MT_BORDER))
        node = mt_load(&mt_interior_of(node)->child[0]);
    return mt_border_of(node);
}

void mt_unlock_path(struct mt_node *node, const struct mt_node *top)
{
    for (bool is_top = false; !is_top;) {
        struct mt_node *parent = (struct mt_node *)mt_load(&node->parent);
        is_top = node == top;
        mt_unlock(node);
        node = parent;
    }
}

void mt_mark_path_deleted(struct mt_node *node, const struct mt_node *top)
{
    for (; node != top; node = &mt_load(&node->parent)->head)
        mt_mark(node, MT_DELETED);
    mt_mark(node, MT_DELETED);
}

void mt_retire_path(struct epoch_worker *worker, struct mt_node *node, const struct mt_node *top)
{
    for (bool is_top = false; !is_top;) {
        struct mt_node *parent = (struct mt_node *)mt_load(&node->parent);
        is_top = node == top;
        mt_unlock(node);
        retire_node(worker, node);
        node = parent;
    }
}

bool mt_lock_link(struct mt_border *border)
{
    uint64_t next = mt_load(&border->next);
    return !(next & 1) && __atomic_compare_exchange_n(&border->next, &next, next | 1, false,
                                                      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* The neighbours don't go meanwhile: each would need one of the two bits. */
bool mt_try_unlink(struct mt_border *border)
{
    struct mt_border *prev = mt_load(&border->prev), *next = mt_next(border);
    uint64_t link = (uintptr_t)border;
    if (!__atomic_compare_exchange_n(&prev->next, &link, link | 1, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
        return false;
    if (next)
        mt_store(&next->prev, prev);
    mt_store(&prev->next, (uintptr_t)next);
    return true;
}
