/* masstree_node.h: the nodes of a Masstree: what they look like, and what is done to them within
 * one call, without waiting for memory or for a lock. masstree_layers.h puts it together.
 *
 * What readers look at while it may change is read by mt_load() and written by mt_store(): an
 * acquire and a release, as the thread sanitizer understands them, and plain moves on x86. Who
 * reads a field and then finds the version as it was before has read what belonged to that version:
 * a writer marks the version before it stores anything, and whoever reads what it stored sees the
 * mark. */
#ifndef BENCH_DB_MASSTREE_NODE_H
#define BENCH_DB_MASSTREE_NODE_H

#include <sched.h>
#include <string.h>

#include "masstree.h"

#ifdef MASSTREE_SHAKE
void masstree_shake(void); /* the check's: now and then it lets others go first */
#define mt_shake() masstree_shake()
#else
#define mt_shake() ((void)0)
#endif
#define mt_load(p) (mt_shake(), __atomic_load_n((p), __ATOMIC_ACQUIRE))
#define mt_store(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

enum {
    MT_WIDTH = 15,     /* keys in a node */
    MT_LONGER = 9,     /* kind of an entry whose key goes on behind the slice */
    MT_HOT_BYTES = 272 /* of a node: what a lookup reads */
};

/* ---- Versions -------------------------------------------------------------------------------- */

/* Flags; how often the node has split (24 bits); how often an entry came into it that a reader
 * could take for another one (32 bits). */
typedef uint64_t mt_version;

#define MT_LOCKED ((mt_version)1)
#define MT_INSERTING ((mt_version)2)
#define MT_SPLITTING ((mt_version)4)
#define MT_DIRTY (MT_INSERTING | MT_SPLITTING)
#define MT_DELETED ((mt_version)8)
#define MT_ROOT ((mt_version)16) /* of its layer */
#define MT_BORDER ((mt_version)32)
#define MT_SPLIT_ONE ((mt_version)1 << 8)
#define MT_SPLITS (((mt_version)1 << 32) - MT_SPLIT_ONE)
#define MT_INSERT_ONE ((mt_version)1 << 32)

/* What border and interior nodes begin with. */
struct mt_node {
    mt_version version;         /* written with the lock */
    struct mt_interior *parent; /* written with the parent's lock; NULL in a root */
};

/* A node, and the version at which it was looked at. */
typedef struct {
    struct mt_node *node;
    mt_version version;
} mt_visit;

static inline bool mt_has_changed(const struct mt_node *node, mt_version since)
{
    return ((mt_load(&node->version) ^ since) & ~MT_LOCKED) != 0;
}

/* Takes the lock of a node that has that version, but for the lock. */
static inline bool mt_try_lock(struct mt_node *node, mt_version version)
{
    version &= ~MT_LOCKED;
    return __atomic_compare_exchange_n(&node->version, &version, version | MT_LOCKED, false,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* With the lock. */
static inline void mt_mark(struct mt_node *node, mt_version flags)
{
    mt_store(&node->version, mt_load(&node->version) | flags);
}

static inline void mt_unlock(struct mt_node *node)
{
    mt_version version = mt_load(&node->version);
    if (version & MT_INSERTING)
        version += MT_INSERT_ONE;
    if (version & MT_SPLITTING)
        version += MT_SPLIT_ONE;
    mt_store(&node->version, version & ~(MT_LOCKED | MT_DIRTY));
}

/* For a thread that finds a node locked or dirty. */
static inline void mt_back_off(void)
{
    static _Thread_local unsigned spins;
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
    if (++spins % 32 == 0)
        sched_yield(); /* whoever holds it may wait for this processor */
}

/* ---- Nodes ----------------------------------------------------------------------------------- */

/* A word that leads on from an entry whose key does: to the tree of the next layer, with bit 0 set,
 * or to the rest of the one key there is. */
typedef uint64_t mt_link;

/* The slots of a border node by rank: from bit 4 on, four bits for each; those behind the last rank
 * are free. Bits 0 to 3 count the ranks. */
typedef uint64_t mt_permutation;

struct mt_border {
    struct mt_node head;
    mt_permutation permutation;
    uint64_t kinds;           /* by slot, four bits: bytes of the slice, or MT_LONGER */
    uint64_t slice[MT_WIDTH]; /* by slot; first byte highest, filled up with zeros */
    mt_link link[MT_WIDTH];   /* by slot; a value where the kind isn't MT_LONGER */
    uint64_t low;             /* the lowest slice that belongs here; never changes */
    uint64_t next; /* the border node to the right; with bit 0 set, its owner alone may change it */
    struct mt_border *prev; /* whose `next` is this; written with that one's bit 0 */
    unsigned freed;         /* a bit for each slot that has been in use; with the lock */
    struct epoch_item item;
} __attribute__((aligned(64)));

struct mt_interior {
    struct mt_node head;
    uint64_t count;                      /* of slices */
    uint64_t slice[MT_WIDTH];            /* the lowest ones below child k + 1 */
    struct mt_node *child[MT_WIDTH + 1]; /* never unset */
    struct epoch_item item;
} __attribute__((aligned(64)));

/* The rest of a key behind the slice, and its value. */
struct mt_tail {
    struct epoch_item item;
    uint64_t value; /* written with the lock of the border node */
    uint32_t length;
    unsigned char bytes[];
};

static inline struct mt_border *mt_border_of(struct mt_node *node)
{
    return (struct mt_border *)node;
}

static inline struct mt_interior *mt_interior_of(struct mt_node *node)
{
    return (struct mt_interior *)node;
}

static inline bool mt_is_layer(mt_link link)
{
    return link & 1;
}

static inline struct mt_node *mt_layer_of(mt_link link)
{
    return (struct mt_node *)(uintptr_t)(link - 1);
}

static inline mt_link mt_link_to_layer(const struct mt_node *root)
{
    return (uintptr_t)root + 1;
}

static inline struct mt_tail *mt_tail_of(mt_link link)
{
    return (struct mt_tail *)(uintptr_t)link;
}

static inline struct mt_border *mt_next(const struct mt_border *border)
{
    return (struct mt_border *)(uintptr_t)(mt_load(&border->next) & ~(uint64_t)1);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

/* A key's place in a layer. Ordered by slice, then by kind. */
struct mt_position {
    uint64_t slice;
    unsigned kind;
};

static inline struct masstree_key mt_rest(struct masstree_key key, unsigned depth)
{
    size_t behind = (size_t)depth * 8;
    return (struct masstree_key){key.bytes + behind, key.length - behind};
}

/* Where a key belongs in the layer that begins with its first byte. */
static inline struct mt_position mt_position_of(struct masstree_key key)
{
    uint64_t slice = 0;
    if (key.length >= 8)
        memcpy(&slice, key.bytes, 8);
    else if (key.length > 0)
        memcpy(&slice, key.bytes, key.length);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    slice = __builtin_bswap64(slice);
#endif
    return (struct mt_position){slice, key.length > 8 ? MT_LONGER : (unsigned)key.length};
}

/* Whether the key of a tail goes on with less than `key` does behind its first slice. */
static inline bool mt_is_before(const struct mt_tail *tail, struct masstree_key key)
{
    size_t rest = key.length - 8, shared = tail->length < rest ? tail->length : rest;
    int order = memcmp(tail->bytes, key.bytes + 8, shared);
    return order < 0 || (order == 0 && tail->length < rest);
}

/* Whether the key of a tail goes on like `key` does behind its first slice. */
static inline bool mt_has_tail(struct masstree_key key, const struct mt_tail *tail)
{
    return tail->length == key.length - 8 && memcmp(tail->bytes, key.bytes + 8, tail->length) == 0;
}

/* The value of a key that was found, by its entry's link in layer `depth`. */
static inline uint64_t mt_value_of(struct masstree_key key, unsigned depth, mt_link link)
{
    return mt_rest(key, depth).length > 8 ? mt_load(&mt_tail_of(link)->value) : link;
}

/* ---- Looking into a node --------------------------------------------------------------------- */

static inline unsigned mt_count(mt_permutation permutation)
{
    return permutation & 15;
}

static inline unsigned mt_slot(mt_permutation permutation, unsigned rank)
{
    return permutation >> (4 * rank + 4) & 15;
}

/* The first entry of a border node that isn't before a position. */
struct mt_rank {
    unsigned rank;
    unsigned slot;
    bool is_there;
    struct mt_position position; /* of that entry */
};

static inline struct mt_rank mt_search(const struct mt_border *border, struct mt_position position)
{
    mt_permutation permutation = mt_load(&border->permutation);
    unsigned rank = 0, count = mt_count(permutation);
    for (; rank < count; rank++) {
        unsigned slot = mt_slot(permutation, rank);
        uint64_t slice = mt_load(&border->slice[slot]);
        if (slice < position.slice)
            continue;
        unsigned kind = mt_load(&border->kinds) >> (4 * slot) & 15;
        if (slice > position.slice || kind >= position.kind)
            return (struct mt_rank){rank, slot, true, {slice, kind}};
    }
    return (struct mt_rank){.rank = rank};
}

static inline bool mt_is_at(const struct mt_rank *found, struct mt_position position)
{
    return found->is_there && found->position.slice == position.slice &&
           found->position.kind == position.kind;
}

/* The child below which a slice belongs. */
static inline struct mt_node *mt_child_of(const struct mt_interior *node, uint64_t slice)
{
    unsigned count = (unsigned)mt_load(&node->count), k = 0;
    while (k < count && mt_load(&node->slice[k]) <= slice)
        k++;
    return mt_load(&node->child[k]);
}

/* Leads a link to the root that its layer has now, if it is as it was at a visit of its border
 * node; or, if that has no node, the link of the tree. Under the lock: a slot that has got another
 * entry could hold a value that looks like the link. */
void mt_lead_to_root(mt_visit above, mt_link *place, mt_link link, const struct mt_node *root);

/* ---- Changing nodes -------------------------------------------------------------------------- */

/* An entry that is to come into a border node. */
struct mt_entry {
    struct mt_position position;
    mt_link link;
};

/* What can only go on elsewhere. Besides those of masstree_status. */
enum { MT_AGAIN = MASSTREE_TOO_LONG + 1, MT_FULL };

/* Puts a key, the part of it behind the layers above, into the border node where it belongs, which
 * is locked; or, of MASSTREE_INSERT, tells what is there. MT_AGAIN: it belongs to a layer below.
 * MT_FULL: `entry` has to come in by a split. */
masstree_result mt_put(struct masstree *tree, struct epoch_worker *worker, struct mt_border *border,
                       enum masstree_kind kind, struct masstree_key key, uint64_t value,
                       struct mt_entry *entry);

/* Removes it. MT_AGAIN as above. */
masstree_result mt_remove(struct epoch_worker *worker, struct mt_border *border,
                          struct masstree_key key);

/* Takes an entry out of a locked border node; what its link leads to is the caller's. */
void mt_remove_rank(struct mt_border *border, unsigned rank);

/* Hands a key of a scan to whoever wants it: that of an entry, whose tail is in the cache. The
 * layers above have left the bytes before it in scan->key. False: enough. */
bool mt_tell(struct masstree_scan *scan, unsigned depth, struct mt_position position, mt_link link);

/* The same for the layer below. */
void mt_set_slice(struct masstree_scan *scan, unsigned depth, uint64_t slice);

/* Gives up an entry of mt_put() that has not come in. */
void mt_free_entry(struct masstree *tree, const struct mt_entry *entry);

/* A border node and `interiors` interior nodes, linked by `parent`; NULL: no memory. */
struct mt_border *mt_make_nodes(struct masstree *tree, unsigned interiors);

/* Brings an entry into a full border node. It is locked, and so are its ancestors up to the first
 * one that isn't full, or to the root. `fresh` are a border node and as many interior ones as will
 * be split, and one where the root is. Unlocks all. */
void mt_split_path(struct mt_border *border, struct mt_border *fresh, const struct mt_entry *entry);

/* Of a child of a locked node. */
unsigned mt_index_of(const struct mt_interior *parent, const struct mt_node *child);

/* Takes out a child, not the first one. The node is locked, and marked as MT_INSERTING. */
void mt_remove_child(struct mt_interior *parent, unsigned index);

/* The leftmost border node below a node. It never changes; that of a layer never goes before the
 * layer does. */
struct mt_border *mt_leftmost(struct mt_node *node);

/* For a locked node and its locked ancestors, up to `top`. */
void mt_unlock_path(struct mt_node *node, const struct mt_node *top);
void mt_mark_path_deleted(struct mt_node *node, const struct mt_node *top);
/* Unlocks them, too. Nothing leads to them any more. */
void mt_retire_path(struct epoch_worker *worker, struct mt_node *node, const struct mt_node *top);

/* Takes out of the list a border node that is locked and deleted. The first step is for its own
 * `next`, the second for the one of its neighbour. False: somebody else is at it. */
bool mt_lock_link(struct mt_border *border);
bool mt_try_unlink(struct mt_border *border);

#endif
