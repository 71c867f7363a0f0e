/* art.h: point lookups in an adaptive radix tree: Leis, Kemper and Neumann, ICDE 2013. Its keys
 * have eight bytes, the highest of which comes first.
 *
 * A node that would have one child alone is left out: by lazy expansion on the way to a single key,
 * so that a leaf holds all of its key, and by path compression above a node. As the keys have the
 * length of a register, a node holds the bytes that it skips, and all those before, where they are
 * in a key: one comparison checks them. */
#ifndef BENCH_SUITE_ART_H
#define BENCH_SUITE_ART_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "suite.h"

typedef uintptr_t art_ref; /* a node; with bit 0 set, a leaf; 0: nothing */

struct art_leaf {
    uint64_t key, value;
};

enum art_type { ART_4, ART_16, ART_48, ART_256, ART_TYPES };

/* What all nodes begin with. They begin at the start of a cache line. */
struct art_node {
    uint64_t prefix; /* a key below this node: all of them have the same bytes before its own */
    uint16_t count;  /* of children */
    uint8_t type;
    uint8_t shift; /* of a key: leaves the byte that this node tells apart, and those before */
};

struct art_4 {
    struct art_node head;
    uint8_t bytes[4]; /* of the children, ascending */
    art_ref child[4];
};

struct art_16 {
    struct art_node head;
    uint8_t bytes[16]; /* likewise */
    art_ref child[16];
};

struct art_48 {
    struct art_node head;
    uint8_t place[256]; /* of a byte's child, counted from 1; 0: there is none */
    art_ref child[48];
};

struct art_256 {
    struct art_node head;
    art_ref child[256];
};

struct art {
    art_ref root;
    struct art_pool *pool; /* the memory of the nodes */
    struct art_leaf *leaves;
    size_t count; /* of those */
    size_t stages;
};

static inline bool art_is_node(art_ref at)
{
    return at && !(at & 1);
}

static inline const struct art_node *art_node_at(art_ref at)
{
    return (const struct art_node *)at;
}

static inline const struct art_leaf *art_leaf_at(art_ref at)
{
    return (const struct art_leaf *)(at - 1);
}

/* The key can't be below the node: a byte before its own is another one. */
static inline bool art_differs(const struct art_node *node, uint64_t key)
{
    return (node->prefix ^ key) >> node->shift >> 8 != 0;
}

static inline unsigned art_byte(const struct art_node *node, uint64_t key)
{
    return (uint8_t)(key >> node->shift);
}

static inline const art_ref *art_slot_4(const struct art_node *node, unsigned byte)
{
    const struct art_4 *of = (const struct art_4 *)node;
    for (unsigned k = 0; k < node->count; k++)
        if (of->bytes[k] == byte)
            return &of->child[k];
    return NULL;
}

/* The same in one comparison, as in the paper. */
static inline const art_ref *art_slot_16(const struct art_node *node, unsigned byte)
{
    const struct art_16 *of = (const struct art_16 *)node;
#ifdef __SSE2__
    __m128i same = _mm_cmpeq_epi8(_mm_set1_epi8((char)byte),
                                  _mm_loadu_si128((const __m128i *)(const void *)of->bytes));
    unsigned found = (unsigned)_mm_movemask_epi8(same) & ((1u << node->count) - 1);
    return found ? &of->child[__builtin_ctz(found)] : NULL;
#else
    for (unsigned k = 0; k < node->count; k++)
        if (of->bytes[k] == byte)
            return &of->child[k];
    return NULL;
#endif
}

/* Where a node of the type ART_48 has the place of a child. */
static inline const uint8_t *art_place(const struct art_node *node, unsigned byte)
{
    return &((const struct art_48 *)node)->place[byte];
}

/* Where the byte's child is to be found; NULL: there is none. Reads the first line of the node, and
 * of the type ART_48 the place. */
static inline const art_ref *art_slot(const struct art_node *node, unsigned byte)
{
    switch (node->type) {
    case ART_4:
        return art_slot_4(node, byte);
    case ART_16:
        return art_slot_16(node, byte);
    case ART_48: {
        unsigned place = *art_place(node, byte);
        return place ? &((const struct art_48 *)node)->child[place - 1] : NULL;
    }
    default:
        return &((const struct art_256 *)node)->child[byte];
    }
}

/* What a lookup gives that has come to a leaf. */
static inline uint64_t art_result(const struct art_leaf *leaf, uint64_t key)
{
    return leaf->key == key ? leaf->value : (uint64_t)SUITE_MISS;
}

SUITE_DECLARE(art);

#endif
