/* masstree.h: an ordered index of keys of any bytes: Masstree, by Mao, Kohler and Morris, "Cache
 * craftiness for fast multicore key-value storage", EuroSys 2012.
 *
 * A trie of B+-trees: the tree of layer d tells keys apart by their bytes 8d to 8d + 7, as an
 * integer, the slice. Where keys share all of them and go on, the entry leads to a tree of the next
 * layer. Readers take no lock: they look at a node's version before and after, and look again where
 * it has changed. Writers lock the nodes that they change, the lower first.
 *
 * Unlike the paper's:
 *  - a key's rest behind the slice lies in a block of its own, together with the value: a lookup
 *    that needs the one needs the other. One word leads to that block or to a layer, so nobody sees
 *    it in between;
 *  - who splits a node locks all ancestors that split too and takes the memory for all of them
 *    before it changes any: where there is none, nothing has happened;
 *  - an empty border node that is the first of several children stays. There is at most one in
 *    each interior node, and it goes when its siblings have gone.
 *
 * The operations are coroutines, in masstree_layers.h. */
#ifndef BENCH_DB_MASSTREE_H
#define BENCH_DB_MASSTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "epoch.h"
#include "memory.h"

enum { MASSTREE_MAX_KEY = 1024 }; /* bytes */

struct masstree {
    uint64_t root; /* atomic: a link to the first layer */
    const struct db_memory *memory;
};

/* Any bytes, ordered as by memcmp(), a prefix first. The caller's, who keeps them in place until
 * the operation has ended. */
struct masstree_key {
    const unsigned char *bytes;
    size_t length;
};

/* An insert is a put of a key that isn't there. */
enum masstree_kind { MASSTREE_GET, MASSTREE_PUT, MASSTREE_INSERT, MASSTREE_REMOVE, MASSTREE_SCAN };

enum masstree_status {
    MASSTREE_MISSING,   /* of get and remove: there is no such key */
    MASSTREE_FOUND,     /* of get; of insert: the key was there, and is as it was */
    MASSTREE_INSERTED,  /* of put and insert: the key was not there */
    MASSTREE_UPDATED,   /* of put: it was */
    MASSTREE_REMOVED,   /* of remove */
    MASSTREE_SCANNED,   /* of scan */
    MASSTREE_NO_MEMORY, /* of put and insert: nothing has happened */
    MASSTREE_TOO_LONG,  /* of the same: the key has more than MASSTREE_MAX_KEY bytes; likewise */
};

typedef struct {
    enum masstree_status status;
    uint64_t value; /* if FOUND; if UPDATED or REMOVED, the one that it had; if SCANNED, how many */
} masstree_result;

/* Takes one key of a scan, and its value. The bytes are there until it returns. False: enough. */
typedef bool masstree_visit(void *context, struct masstree_key key, uint64_t value);

/* From where a scan goes, and what it has come to. The caller's. */
struct masstree_scan {
    struct masstree_key from; /* the first key that is wanted, if it is there */
    masstree_visit *visit;
    void *context; /* handed to it */
    uint64_t count;
    unsigned char key[MASSTREE_MAX_KEY]; /* the present one */
};

/* An empty tree, with memory from *memory, which outlives it. False: there is none. */
bool masstree_init(struct masstree *tree, const struct db_memory *memory);

/* Frees all nodes. No operation is under way; values are the caller's. */
void masstree_destroy(struct masstree *tree);

/* ---- Batches of operations, in each of the ways in which the layers are compiled --------------
 */

struct masstree_operation {
    enum masstree_kind kind;
    struct masstree_key key;
    uint64_t value;             /* to put or insert */
    struct masstree_scan *scan; /* of a scan */
    masstree_result result;
    uint64_t begin, end; /* when, by the job's clock */
};

/* Operations to do, in any order. The worker is not pinned: it will be while they are done. */
struct masstree_job {
    struct masstree *tree;
    struct epoch_worker *worker; /* of this thread */
    struct masstree_operation *operations;
    size_t count;
    size_t group;    /* in flight at a time, if they are interleaved */
    uint64_t *clock; /* atomic: counts what happens in all threads; NULL: nobody wants to know */
};

/* Lookups of keys that have the same length. */
struct masstree_lookups {
    struct masstree *tree;
    struct epoch_worker *worker;
    const unsigned char *keys; /* one behind the other */
    size_t length;             /* of each, in bytes */
    size_t count, group;
};

static inline struct masstree_key masstree_lookup_key(const struct masstree_lookups *lookups,
                                                      size_t i)
{
    return (struct masstree_key){lookups->keys + i * lookups->length, lookups->length};
}

struct masstree_version {
    const char *name;
    void (*run)(const struct masstree_job *job); /* NULL in those that only look up */
    /* The sum of value i times 2i + 1, for the keys that are there. */
    uint64_t (*look_up)(const struct masstree_lookups *lookups);
};

extern const struct masstree_version masstree_sequential, masstree_linked, masstree_inlined,
    masstree_two_level, masstree_amac;

#endif
