/* bwtree_node.h: the nodes of a Bw-tree: what they look like, and what is done to them within one
 * call, without waiting for memory. bwtree_layers.h puts it together.
 *
 * What a link leads to never changes. Links that do change lie in the mapping table alone: they are
 * read with acquire, and written by a compare-and-swap with release. As long as the epoch is
 * pinned, a link that was replaced doesn't come back: one that is still there has been there all
 * the time. */
#ifndef BENCH_DB_BWTREE_NODE_H
#define BENCH_DB_BWTREE_NODE_H

#include "bwtree.h"

#ifdef BWTREE_SHAKE
void bwtree_shake(void); /* the check's: now and then it lets others go first */
#define bw_shake() bwtree_shake()
#else
#define bw_shake() ((void)0)
#endif

/* Small nodes make the check's trees high. */
#ifndef BWTREE_WIDTH
#define BWTREE_WIDTH 64
#endif

enum {
    BW_WIDTH = BWTREE_WIDTH,          /* keys in a leaf; an inner node may come to have more */
    BW_LEAF_CHAIN = 8,                /* deltas of a leaf before it is consolidated */
    BW_INNER_CHAIN = 2,               /* of an inner node: all ways lead through them */
    BW_LONGEST_CHAIN = 64,            /* where there is no memory to consolidate */
    BW_ROOT = 0,                      /* its number */
    BW_HOT_BYTES = 64 + BW_WIDTH * 8, /* of a base node: all but the values */
};

/* ---- Nodes ----------------------------------------------------------------------------------- */

/* To a base node; to a delta, with BW_DELTA set. */
typedef uint64_t bw_link;

#define BW_DELTA ((bw_link)1)
/* In the table: this number is free. The next such one stands above the lowest two bits. */
#define BW_FREE ((bw_link)2)

enum bw_kind {
    BW_BASE,
    BW_PUT,    /* of a leaf: `key` has `value` */
    BW_REMOVE, /* of a leaf: `key` is gone */
    BW_INDEX,  /* of an inner node: keys from `key` to `to` are below node number `value` */
    BW_SPLIT,  /* keys from `key` on have gone to the right; `to` is less than that */
};

/* What base nodes and deltas begin with: all that there is to know about the node, as it is with
 * this delta, but for its entries. */
struct bw_node {
    bw_link next;                /* of a delta: what it stands in front of */
    uint64_t last;               /* the highest key that belongs here */
    uint32_t right;              /* number of the node for the keys behind; 0: there are none */
    uint32_t count;              /* of entries */
    uint16_t kind, depth, level; /* depth: deltas in the chain; level: 0 in a leaf */
};

struct bw_delta {
    struct bw_node head;
    uint64_t key, value, to;
} __attribute__((aligned(64)));

/* Values lie behind the keys. In an inner node they are numbers of nodes, for keys from this one on
 * until the next; the first key is the lowest one that belongs here. */
struct bw_base {
    struct bw_node head;
    struct epoch_item item;
    bw_link newest; /* of the chain that is retired with this node */
    uint64_t key[];
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct bw_delta) == 64, "a delta is a cache line");
_Static_assert(offsetof(struct bw_base, key) == 64, "BW_HOT_BYTES is wrong");

static inline bool bw_is_delta(bw_link link)
{
    return link & BW_DELTA;
}

static inline const struct bw_node *bw_node_of(bw_link link)
{
    return (const struct bw_node *)(uintptr_t)(link & ~BW_DELTA);
}

static inline const struct bw_delta *bw_delta_of(bw_link link)
{
    return (const struct bw_delta *)(uintptr_t)(link - BW_DELTA);
}

static inline const struct bw_base *bw_base_of(bw_link link)
{
    return (const struct bw_base *)(uintptr_t)link;
}

static inline const uint64_t *bw_value(const struct bw_base *base, unsigned rank)
{
    return &base->key[base->head.count + rank];
}

/* A node, and what it was made of when it was looked at. */
typedef struct {
    uint32_t number;
    bw_link newest;
} bw_visit;

static inline const struct bw_node *bw_head(bw_visit at)
{
    return bw_node_of(at.newest);
}

static inline bw_link bw_load(const struct bwtree *tree, uint32_t number)
{
    bw_shake();
    return __atomic_load_n(&tree->table[number], __ATOMIC_ACQUIRE);
}

/* ---- Looking into a node --------------------------------------------------------------------- */

/* Of the last entry that isn't behind a key; 0 if all are. */
static inline unsigned bw_rank(const struct bw_base *base, uint64_t key)
{
    unsigned rank = 0;
    for (unsigned count = base->head.count; count > 1;) {
        unsigned half = count / 2;
        rank = base->key[rank + half] <= key ? rank + half : rank;
        count -= half;
    }
    return rank;
}

/* Whether an inner node's delta has the child for a key that belongs there. */
static inline bool bw_leads(const struct bw_delta *delta, uint64_t key)
{
    return delta->key <= key && key <= delta->to;
}

/* Whether a leaf's delta tells of a key that belongs there. */
static inline bool bw_tells(const struct bw_delta *delta, uint64_t key)
{
    return delta->key == key;
}

/* And what it tells. */
static inline bwtree_result bw_told(const struct bw_delta *delta)
{
    return (bwtree_result){delta->head.kind == BW_PUT ? BWTREE_FOUND : BWTREE_MISSING,
                           delta->value};
}

/* Visits the entries of a node from a key on, in order. False: the visitor has had enough. */
bool bw_visit_entries(bw_link newest, uint64_t from, bwtree_visit *visit, void *context);

/* ---- Changing nodes -------------------------------------------------------------------------- */

/* What can only go on elsewhere, or has been done. Besides those of bwtree_status. */
enum { BW_AGAIN = BWTREE_FULL + 1, BW_DONE };

/* Puts a delta in front of what a leaf was made of at a visit. `more`: by how many entries it then
 * has more. BW_DONE; BW_AGAIN: it has changed since; BWTREE_NO_MEMORY. */
bwtree_status bw_append(struct bwtree *tree, struct epoch_worker *worker, bw_visit at,
                        enum bw_kind kind, uint64_t key, uint64_t value, int more);

/* The first step of a split: a new node takes the upper half of one, from *separator on, and is
 * reached from there alone. A node with two entries at least. As above, and BWTREE_FULL. Of the
 * root there is no second step. */
bwtree_status bw_split(struct bwtree *tree, struct epoch_worker *worker, bw_visit at,
                       uint64_t *separator);

/* The second step, for whoever goes from a node to the right and has come there from the inner node
 * `above`: it gets an entry for the node on the right, if it is as it was at that visit. Returns
 * the visit of what it is made of then. Where there is no memory, others will do it. */
bw_visit bw_help(struct bwtree *tree, struct epoch_worker *worker, bw_visit above, bw_visit at);

#endif
