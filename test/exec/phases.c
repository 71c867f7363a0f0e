// A lookup in phases, each a coroutine with locals of its own across its suspends: down an index, along
// a hash chain, then along the versions of what it found.
// RUN: %everywhere %s | FileCheck %s
#include <coroinline/coro.h>

#include <stdio.h>

typedef const uint64_t *row_ptr;
typedef struct version {
    struct version *older;
    uint64_t begin, end;
    row_ptr row;
} version;
typedef struct bucket {
    struct bucket *next;
    uint64_t key;
    version *newest;
} *bucket_ptr;
typedef struct leaf {
    bucket_ptr chain;
} *leaf_ptr;
typedef struct inner {
    uint64_t key[3];
    void *child[4];
} inner;
typedef struct {
    inner *root;
    unsigned height;
} tree;

coro_declare(leaf_ptr);
coro_declare(bucket_ptr);
coro_declare(row_ptr);

static coro_task(leaf_ptr) descend(const tree *t, uint64_t key)
{
    coro_begin(leaf_ptr);
    void *node = t->root;
    unsigned probes = 0;
    for (unsigned level = t->height; level > 0; level--) {
        coro_prefetch(node);
        inner *i = node;
        unsigned k = 0;
        for (; k < 3 && i->key[k] <= key; k++)
            probes++;
        node = i->child[k];
    }
    coro_return(probes > 100 ? NULL : node);
}

static coro_task(bucket_ptr) walk(leaf_ptr leaf, uint64_t key)
{
    coro_begin(bucket_ptr);
    int8_t left = 10;
    coro_prefetch(leaf);
    for (bucket_ptr b = leaf->chain; b && left > 0; b = b->next, left--) {
        coro_prefetch(b);
        if (b->key == key)
            coro_return(b);
    }
    coro_return(NULL);
}

static coro_task(row_ptr) visible(bucket_ptr b, uint64_t now)
{
    coro_begin(row_ptr);
    row_ptr row = NULL;
    double newest = -1;
    bool any = false;
    for (version *v = b->newest; v; v = v->older) {
        coro_prefetch(v);
        any = true;
        if (v->begin <= now && v->end > now && (double)v->begin > newest)
            newest = (double)v->begin, row = v->row;
    }
    coro_return(any ? row : NULL);
}

static coro_task(int64_t) lookup(const tree *t, uint64_t key, uint64_t now)
{
    coro_begin(int64_t);
    leaf_ptr leaf = coro_await(descend(t, key));
    if (!leaf)
        coro_return(-1);
    bucket_ptr bucket = coro_await(walk(leaf, key));
    if (!bucket)
        coro_return(-2);
    row_ptr row = coro_await(visible(bucket, now));
    if (!row)
        coro_return(-3);
    int64_t sum = (int64_t)key << 32;
    for (unsigned i = 0; i < 3; i++) {
        coro_prefetch(row + i);
        sum += (int64_t)row[i];
    }
    coro_return(sum);
}

enum { KEYS = 40 };

int main(void)
{
    static uint64_t rows[KEYS][2][3];
    static version versions[KEYS][2];
    static struct bucket buckets[KEYS];
    static struct leaf leaves[16];
    static inner nodes[5];
    tree t = {&nodes[4], 2};
    for (unsigned i = 0; i < 16; i++) {
        nodes[i / 4].child[i % 4] = &leaves[i];
        nodes[4].child[i / 4] = &nodes[i / 4];
    }
    for (unsigned i = 0; i < 5; i++)
        for (unsigned k = 0; k < 3; k++)
            nodes[i].key[k] = i == 4 ? (k + 1) * 12 : i * 12 + (k + 1) * 3;
    for (unsigned k = 0; k < KEYS; k++) {
        leaf_ptr leaf = &leaves[k / 3 < 15 ? k / 3 : 15];
        buckets[k] = (struct bucket){leaf->chain, k, &versions[k][0]};
        leaf->chain = &buckets[k];
        versions[k][0] = (version){&versions[k][1], 10 + k, 100, rows[k][0]};
        versions[k][1] = (version){NULL, 5, 10 + k, rows[k][1]};
        for (unsigned i = 0; i < 6; i++)
            rows[k][i / 3][i % 3] = k * 7 + i;
    }
    int64_t found = 0, missed = 0, sum = 0;
    coro_interleave(7, 3 * KEYS + 9, i, lookup(&t, i / 3, i % 3 * 25), v, {
        if (v < 0)
            missed -= v;
        else
            found++, sum += v % 1000003;
    });
    printf("%d found, %d missed, sum %lld\n", (int)found, (int)missed, (long long)sum);
    // CHECK: 80 found, 138 missed, sum 42914718
}
