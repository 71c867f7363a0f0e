/* bwtree.h: an ordered index without locks: the Bw-tree of Levandoski, Lomet and Sengupta, "The
 * Bw-Tree: A B-tree for new hardware platforms", ICDE 2013, with the details of Wang et al.,
 * "Building a Bw-Tree takes more than just buzz words", SIGMOD 2018.
 *
 * Nodes are known by number; a mapping table leads from there to what they are made of: a chain of
 * deltas, the newest first, down to a base node. Nothing of that ever changes. Who changes a node
 * puts a delta in front, by a compare-and-swap of its place in the table; if somebody else was
 * faster, the operation looks again. Now and then a chain is replaced by a new base node.
 *
 * Unlike the papers':
 *  - keys are numbers, or 8 bytes that are ordered as by memcmp(); each has one value;
 *  - nodes are split, but not merged: one that has lost its keys stays, and takes new keys of its
 *    range. So numbers of nodes are never used again;
 *  - one kind of delta stands for an insert and for an update;
 *  - the root keeps its number. Where it is full, two new nodes get what it has, and it becomes the
 *    one above them in one step;
 *  - the table has a fixed size. If it is full, puts fail that need a split, and nothing has
 *    happened;
 *  - a chain has a fixed number of deltas at most: to sort them, scans and consolidations need no
 *    memory.
 *
 * The operations are coroutines, in bwtree_layers.h. */
#ifndef BENCH_DB_BWTREE_H
#define BENCH_DB_BWTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "epoch.h"
#include "memory.h"

struct bwtree {
    uint64_t *table;  /* atomic: by number of a node, what it is made of */
    uint32_t room;    /* places in the table */
    uint32_t used;    /* atomic: those that have been in use */
    uint64_t waiting; /* atomic: numbers that were given back: the last of them */
    const struct db_memory *memory;
};

/* An insert is a put of a key that isn't there. */
enum bwtree_kind { BWTREE_GET, BWTREE_PUT, BWTREE_INSERT, BWTREE_REMOVE, BWTREE_SCAN };

typedef enum {
    BWTREE_MISSING,   /* of get and remove: there is no such key */
    BWTREE_FOUND,     /* of get; of insert: the key was there, and is as it was */
    BWTREE_INSERTED,  /* of put and insert: the key was not there */
    BWTREE_UPDATED,   /* of put: it was */
    BWTREE_REMOVED,   /* of remove */
    BWTREE_SCANNED,   /* of scan */
    BWTREE_NO_MEMORY, /* of put, insert and remove: nothing has happened */
    BWTREE_FULL,      /* of put and insert: no place in the table; likewise */
} bwtree_status;

typedef struct {
    bwtree_status status;
    uint64_t value; /* if FOUND; if UPDATED or REMOVED, the one that it had; if SCANNED, how many */
} bwtree_result;

/* Takes one key of a scan, and its value. False: enough. */
typedef bool bwtree_visit(void *context, uint64_t key, uint64_t value);

/* From where a scan goes, and what it has come to. The caller's. */
struct bwtree_scan {
    uint64_t from; /* the first key that is wanted, if it is there */
    bwtree_visit *visit;
    void *context; /* handed to it */
    uint64_t count;
};

/* An empty tree of at most `room` nodes, one at least, with memory from *memory, which outlives it.
 * False: there is none. */
bool bwtree_init(struct bwtree *tree, uint32_t room, const struct db_memory *memory);

/* Frees all nodes. No operation is under way; values are the caller's. */
void bwtree_destroy(struct bwtree *tree);

/* The number of a key of 8 bytes, the first one highest. */
static inline uint64_t bwtree_key(const unsigned char *bytes)
{
    uint64_t key;
    memcpy(&key, bytes, sizeof key);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    key = __builtin_bswap64(key);
#endif
    return key;
}

/* ---- Batches of operations, in each of the ways in which the layers are compiled --------------
 */

struct bwtree_operation {
    enum bwtree_kind kind;
    uint64_t key;
    uint64_t value;           /* to put or insert */
    struct bwtree_scan *scan; /* of a scan */
    bwtree_result result;
    uint64_t begin, end; /* when, by the job's clock */
};

/* Operations to do, in any order. The worker is not pinned: it will be while they are done. */
struct bwtree_job {
    struct bwtree *tree;
    struct epoch_worker *worker; /* of this thread */
    struct bwtree_operation *operations;
    size_t count;
    size_t group;    /* in flight at a time, if they are interleaved */
    uint64_t *clock; /* atomic: counts what happens in all threads; NULL: nobody wants to know */
};

/* Lookups of keys of 8 bytes. */
struct bwtree_lookups {
    struct bwtree *tree;
    struct epoch_worker *worker;
    const unsigned char *keys; /* one behind the other */
    size_t count, group;
};

static inline uint64_t bwtree_lookup_key(const struct bwtree_lookups *lookups, size_t i)
{
    return bwtree_key(lookups->keys + i * 8);
}

struct bwtree_version {
    const char *name;
    void (*run)(const struct bwtree_job *job); /* NULL in those that only look up */
    /* The sum of value i times 2i + 1, for the keys that are there. */
    uint64_t (*look_up)(const struct bwtree_lookups *lookups);
};

extern const struct bwtree_version bwtree_sequential, bwtree_linked, bwtree_inlined,
    bwtree_two_level, bwtree_amac;

#endif
