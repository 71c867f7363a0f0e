/* bwtree_check.c: one version of the Bw-tree, held against a sorted array: random operations, and
 * the same where there is no memory or the mapping table is full; and in threads, where what each
 * key has seen must be linearizable. What the tree is made of is looked at, too.
 *
 *     bwtree_check                 the operations one by one and interleaved, with memory or not
 *     bwtree_check threads         the same in threads
 *     bwtree_check interrupted     puts that others interrupt; -DBWTREE_SHAKE -DBWTREE_WIDTH=4
 *
 * Says the same for all versions. Exit status 1: something is wrong. */
#include <stdio.h>

#include "bwtree_node.h"
#include "linear.h"

#ifndef VERSION
#define VERSION bwtree_inlined
#endif
#include "check.h"

/* ---- Keys ------------------------------------------------------------------------------------ */

enum family {
    DENSE,   /* few numbers, one behind the other */
    EDGES,   /* the least and the greatest numbers */
    RISING,  /* each the next, round and round */
    FALLING, /* each the one before */
    RANDOM,
    FAMILIES
};

static const char *const names[FAMILIES] = {"dense", "edges", "rising", "falling", "random"};

static uint64_t make_key(enum family family, uint64_t *next, uint64_t *state)
{
    switch (family) {
    case DENSE:
        return bench_below(state, 500);
    case EDGES:
        return bench_below(state, 2) ? bench_below(state, 200) : ~bench_below(state, 200);
    case RISING:
        return (*next)++ % 700;
    case FALLING:
        return ~((*next)++ % 700);
    default:
        return bench_random(state);
    }
}

/* ---- The model ------------------------------------------------------------------------------- */

struct entry {
    uint64_t key, value;
};

struct model {
    struct entry *entries; /* in order */
    size_t count, size;
};

static size_t rank_in(const struct model *model, uint64_t key)
{
    size_t low = 0, high = model->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (model->entries[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bwtree_result model_get(const struct model *model, uint64_t key)
{
    size_t rank = rank_in(model, key);
    if (rank < model->count && model->entries[rank].key == key)
        return (bwtree_result){BWTREE_FOUND, model->entries[rank].value};
    return (bwtree_result){BWTREE_MISSING, 0};
}

static void model_move(struct model *model, size_t to, size_t from)
{
    memmove(&model->entries[to], &model->entries[from],
            (model->count - from) * sizeof *model->entries);
}

static bwtree_result model_put(struct model *model, uint64_t key, uint64_t value)
{
    bwtree_result before = model_get(model, key);
    size_t rank = rank_in(model, key);
    if (before.status == BWTREE_MISSING) {
        expect(model->count < model->size, "the model is full");
        model_move(model, rank + 1, rank);
        model->count++;
    }
    model->entries[rank] = (struct entry){key, value};
    before.status = before.status == BWTREE_MISSING ? BWTREE_INSERTED : BWTREE_UPDATED;
    return before;
}

static bwtree_result model_insert(struct model *model, uint64_t key, uint64_t value)
{
    bwtree_result before = model_get(model, key);
    return before.status == BWTREE_FOUND ? before : model_put(model, key, value);
}

static bwtree_result model_remove(struct model *model, uint64_t key)
{
    bwtree_result before = model_get(model, key);
    if (before.status == BWTREE_FOUND) {
        size_t rank = rank_in(model, key);
        model_move(model, rank, rank + 1);
        model->count--;
        before.status = BWTREE_REMOVED;
    }
    return before;
}

/* ---- A tree beside its model ----------------------------------------------------------------- */

enum { BATCH = 40, SCANS = 4, ROOM = 20000 };

struct beside {
    struct epoch epoch;
    struct epoch_worker worker;
    struct bwtree tree;
    struct model model;
    size_t group;
    bool is_tidy;         /* nothing has failed: nodes and chains are as they shall be */
    uint64_t state, next; /* of random numbers, and of those that rise or fall */
};

static void set_up(struct beside *b, size_t most, uint32_t room, const struct db_memory *memory)
{
    expect(epoch_init(&b->epoch, memory) == 0, "epoch_init");
    epoch_join(&b->epoch, &b->worker);
    expect(bwtree_init(&b->tree, room, memory), "bwtree_init");
    b->model =
        (struct model){.entries = allocate(most + 1, sizeof *b->model.entries), .size = most};
}

static void tear_down(struct beside *b)
{
    bwtree_destroy(&b->tree);
    epoch_leave(&b->worker);
    epoch_destroy(&b->epoch);
    expect(blocks == 0, "blocks are lost");
    free(b->model.entries);
}

static void run(struct beside *b, struct bwtree_operation *operations, size_t count)
{
    VERSION.run(&(struct bwtree_job){.tree = &b->tree,
                                     .worker = &b->worker,
                                     .operations = operations,
                                     .count = count,
                                     .group = b->group});
}

/* ---- What the tree is made of ---------------------------------------------------------------- */

/* The nodes of a level, or the entries of those above, which lead to them, in order. */
struct row {
    struct entry *entries; /* the lowest key, and the number of the node */
    size_t count, size;
};

static void add(struct row *row, uint64_t key, uint64_t number)
{
    if (row->count == row->size) {
        row->size = row->size ? row->size * 2 : 64;
        row->entries = realloc(row->entries, row->size * sizeof *row->entries);
        expect(row->entries != NULL, "no memory for the check");
    }
    row->entries[row->count++] = (struct entry){key, number};
}

/* A node whose entries are visited. */
struct looked_at {
    uint64_t low, last; /* keys that belong there */
    uint64_t next;      /* the first one that may come */
    size_t count;
    struct row *below; /* NULL: of a leaf */
};

static bool look_at_entry(void *context, uint64_t key, uint64_t value)
{
    struct looked_at *node = context;
    expect(node->count == 0 || key >= node->next, "keys out of order");
    expect(key >= node->low && key <= node->last, "a key that doesn't belong there");
    expect(!node->below || node->count > 0 || key == node->low, "an inner node's first key");
    if (node->below)
        add(node->below, key, value);
    node->next = key + 1;
    node->count++;
    return true;
}

/* An inner node may have got some entries more while its split was under way. */
static bool is_tidy(const struct bw_node *head)
{
    return head->count <= 2 * BW_WIDTH &&
           head->depth <= (head->level == 0 ? BW_LEAF_CHAIN : BW_INNER_CHAIN);
}

/* Looks at the nodes of a level from the leftmost one on. Returns the blocks that they take. */
static size_t look_at_level(const struct beside *b, uint32_t number, struct row *row,
                            struct row *below)
{
    size_t used = 0;
    for (uint64_t low = 0;;) {
        bw_link newest = bw_load(&b->tree, number);
        const struct bw_node *head = bw_node_of(newest);
        struct looked_at node = {low, head->last, 0, 0, head->level ? below : NULL};
        expect(bw_visit_entries(newest, 0, look_at_entry, &node), "entries");
        expect(node.count == head->count, "the count of entries");
        expect(head->level > 0 || head->count <= BW_WIDTH, "a leaf has too much");
        expect(!b->is_tidy || is_tidy(head), "a node that is too large, or its chain");
        add(row, low, number);
        used += head->depth + 1;
        expect(!head->right == (head->last == UINT64_MAX), "the last node of a level");
        if (!head->right)
            return used;
        low = head->last + 1;
        number = head->right;
    }
}

static size_t waiting_numbers(const struct bwtree *tree)
{
    size_t count = 0;
    for (uint32_t number = (uint32_t)tree->waiting; number != 0; count++) {
        bw_link next = bw_load(tree, number);
        expect((next & BW_FREE) && count < tree->used, "the list of free numbers");
        number = (uint32_t)(next >> 2);
    }
    return count;
}

/* All splits are done: each node has an entry above, and each other number waits to be used.
 * Returns the blocks that the tree takes. */
static size_t look_at_tree(struct beside *b)
{
    size_t used = 1; /* the mapping table */
    size_t numbers = waiting_numbers(&b->tree);
    struct row row = {NULL, 0, 0}, below = {NULL, 0, 0}, wanted = {NULL, 0, 0};
    add(&wanted, 0, BW_ROOT);
    while (wanted.count > 0) {
        row.count = below.count = 0;
        used += look_at_level(b, (uint32_t)wanted.entries[0].value, &row, &below);
        expect(row.count == wanted.count &&
                   memcmp(row.entries, wanted.entries, row.count * sizeof *row.entries) == 0,
               "a level isn't what the one above leads to");
        numbers += row.count;
        struct row other = wanted;
        wanted = below;
        below = other;
    }
    free(row.entries);
    free(below.entries);
    free(wanted.entries);
    expect(numbers == b->tree.used, "a number is lost");
    return used;
}

/* It never changes. */
static uint32_t first_child(bw_link newest)
{
    while (bw_is_delta(newest))
        newest = bw_node_of(newest)->next;
    return (uint32_t)*bw_value(bw_base_of(newest), 0);
}

static uint32_t first_leaf(const struct bwtree *tree)
{
    uint32_t number = BW_ROOT;
    for (bw_link at; bw_node_of(at = bw_load(tree, number))->level > 0;)
        number = first_child(at);
    return number;
}

/* Gets a key of each leaf, and so goes through all splits. */
static void visit_leaves(struct beside *b)
{
    uint32_t number = first_leaf(&b->tree);
    uint64_t low = 0;
    for (;;) {
        struct bwtree_operation get = {.kind = BWTREE_GET, .key = low};
        run(b, &get, 1);
        const struct bw_node *head = bw_node_of(bw_load(&b->tree, number));
        if (!head->right)
            return;
        low = head->last + 1;
        number = head->right;
    }
}

/* Nothing is under way. */
static void check_tree(struct beside *b)
{
    visit_leaves(b);
    for (unsigned k = 0; k < 4; k++)
        epoch_collect(&b->worker);
    expect(look_at_tree(b) == blocks, "there are blocks that aren't the tree's");
}

/* ---- Batches --------------------------------------------------------------------------------- */

/* What a scan must meet. */
struct expected {
    const struct model *model;
    size_t rank, end;
};

static bool meet(void *context, uint64_t key, uint64_t value)
{
    struct expected *e = context;
    expect(e->rank < e->end, "a scan meets too much");
    expect(e->model->entries[e->rank].key == key, "a scan's key");
    expect(e->model->entries[e->rank].value == value, "a scan's value");
    return ++e->rank < e->end;
}

/* Some scans, interleaved: each from a key on, up to `most` keys. */
static void scan_some(struct beside *b, const uint64_t *from, size_t most)
{
    struct bwtree_operation operations[SCANS];
    struct bwtree_scan scans[SCANS];
    struct expected expected[SCANS];
    size_t counts[SCANS];
    for (unsigned k = 0; k < SCANS; k++) {
        size_t rank = rank_in(&b->model, from[k]);
        counts[k] = b->model.count - rank < most ? b->model.count - rank : most;
        expected[k] = (struct expected){&b->model, rank, rank + counts[k]};
        scans[k] = (struct bwtree_scan){.from = from[k], .visit = meet, .context = &expected[k]};
        operations[k] = (struct bwtree_operation){.kind = BWTREE_SCAN, .scan = &scans[k]};
    }
    run(b, operations, SCANS);
    for (unsigned k = 0; k < SCANS; k++) {
        expect(expected[k].rank == expected[k].end, "a scan meets too little");
        expect(operations[k].result.status == BWTREE_SCANNED, "a scan's status");
        expect(operations[k].result.value == counts[k], "a scan's count");
    }
}

/* A scan that wants one key more than there are goes to the end. */
static void scan_all(struct beside *b)
{
    static const uint64_t first[SCANS];
    scan_some(b, first, b->model.count + 1);
}

static bwtree_result expected_of(struct beside *b, const struct bwtree_operation *o)
{
    switch (o->kind) {
    case BWTREE_GET:
        return model_get(&b->model, o->key);
    case BWTREE_PUT:
        return model_put(&b->model, o->key, o->value);
    case BWTREE_INSERT:
        return model_insert(&b->model, o->key, o->value);
    default:
        return model_remove(&b->model, o->key);
    }
}

static bool is_among(const uint64_t *keys, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (keys[k] == keys[count])
            return true;
    return false;
}

/* Operations on different keys: in whatever order they are done, the results are the same. */
static size_t make_batch(struct beside *b, enum family family, unsigned puts_percent,
                         uint64_t *keys, struct bwtree_operation *operations)
{
    size_t count = 0;
    for (unsigned k = 0; k < BATCH; k++) {
        bool is_old = b->model.count > 0 && bench_below(&b->state, 3) == 0;
        keys[count] = is_old ? b->model.entries[bench_below(&b->state, b->model.count)].key
                             : make_key(family, &b->next, &b->state);
        if (is_among(keys, count))
            continue;
        uint64_t draw = bench_below(&b->state, 100);
        operations[count] = (struct bwtree_operation){
            .kind = draw < 20                      ? BWTREE_GET
                    : draw < 20 + puts_percent / 2 ? BWTREE_PUT
                    : draw < 20 + puts_percent     ? BWTREE_INSERT
                                                   : BWTREE_REMOVE,
            .key = keys[count],
            .value = bench_random(&b->state),
        };
        count++;
    }
    return count;
}

static uint64_t weigh(uint64_t sum, bwtree_result result)
{
    return (sum ^ result.status ^ result.value) * 0x9e3779b97f4a7c15 + 1;
}

static bool is_same(bwtree_result a, bwtree_result b)
{
    return a.status == b.status &&
           (a.status == BWTREE_MISSING || a.status == BWTREE_INSERTED || a.value == b.value);
}

static uint64_t do_batches(struct beside *b, enum family family, unsigned puts_percent,
                           unsigned batches)
{
    uint64_t keys[BATCH];
    struct bwtree_operation operations[BATCH];
    uint64_t sum = 0;
    for (unsigned k = 0; k < batches; k++) {
        size_t count = make_batch(b, family, puts_percent, keys, operations);
        run(b, operations, count);
        for (size_t o = 0; o < count; o++) {
            bwtree_result wanted = expected_of(b, &operations[o]);
            expect(is_same(wanted, operations[o].result), "a result");
            sum = weigh(sum, wanted);
        }
        if (k % 8 == 0 && count >= SCANS)
            scan_some(b, keys, 1 + bench_below(&b->state, 30));
    }
    scan_all(b);
    check_tree(b);
    return sum;
}

static void remove_all(struct beside *b)
{
    while (b->model.count > 0) {
        uint64_t key = b->model.entries[bench_below(&b->state, b->model.count)].key;
        struct bwtree_operation remove = {.kind = BWTREE_REMOVE, .key = key};
        run(b, &remove, 1);
        expect(is_same(model_remove(&b->model, key), remove.result), "a removal");
    }
    scan_all(b);
    check_tree(b);
}

static void check_family(enum family family)
{
    uint64_t sums[GROUPS];
    for (unsigned g = 0; g < GROUPS; g++) {
        struct beside b = {.group = groups[g], .is_tidy = true, .state = 1 + family};
        set_up(&b, ROOM, ROOM, &counted);
        sums[g] = do_batches(&b, family, 60, 64); /* it grows */
        sums[g] += do_batches(&b, family, 40, 64);
        sums[g] += do_batches(&b, family, 15, 64); /* and loses keys */
        remove_all(&b);
        sums[g] += do_batches(&b, family, 60, 20);
        tear_down(&b);
        expect(sums[g] == sums[0], "the group matters");
    }
    printf("%s: %016llx\n", names[family], (unsigned long long)sums[0]);
}

/* ---- A split that is half done --------------------------------------------------------------- */

static bwtree_result do_one(struct beside *b, enum bwtree_kind kind, uint64_t key)
{
    struct bwtree_scan scan = {.from = key};
    struct bwtree_operation o = {.kind = kind, .key = key, .value = key + 1, .scan = &scan};
    run(b, &o, 1);
    return o.result;
}

static void put_new(struct beside *b, uint64_t key)
{
    expect(is_same(model_put(&b->model, key, key + 1), do_one(b, BWTREE_PUT, key)), "a put");
}

static const struct bw_node *root_of(const struct bwtree *tree)
{
    return bw_node_of(bw_load(tree, BW_ROOT));
}

/* Whoever comes through a split that has its first step alone finds all keys, and does the second:
 * an operation of each kind. */
static void check_help(void)
{
    static const enum bwtree_kind kinds[] = {BWTREE_GET, BWTREE_PUT, BWTREE_REMOVE};
    for (unsigned k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct beside b = {.group = 1, .is_tidy = true};
        uint64_t separator;
        set_up(&b, ROOM, ROOM, &counted);
        for (uint64_t key = 0; key <= BW_WIDTH; key++)
            put_new(&b, key * 2);
        bw_visit leaf = {first_leaf(&b.tree), 0};
        leaf.newest = bw_load(&b.tree, leaf.number);
        uint32_t entries = root_of(&b.tree)->count;

        epoch_pin(&b.worker);
        expect(bw_split(&b.tree, &b.worker, leaf, &separator) == BW_DONE, "a split");
        epoch_unpin(&b.worker);
        scan_all(&b);
        do_one(&b, BWTREE_GET, separator - 1);
        expect(root_of(&b.tree)->count == entries, "a split done too early");
        struct bwtree_operation o = {.kind = kinds[k], .key = separator};
        run(&b, &o, 1);
        expect(is_same(expected_of(&b, &o), o.result), "a result behind a split");
        expect(root_of(&b.tree)->count == entries + 1, "a split half done");
        scan_all(&b);
        check_tree(&b);
        tear_down(&b);
    }
    puts("splits that are half done are completed");
}

/* ---- No room --------------------------------------------------------------------------------- */

enum { PROGRAM = 120 }; /* operations */

/* A program of which allocation number `failing` fails. False: it has fewer. */
static bool run_short_of(enum family family, uint64_t failing)
{
    struct beside b = {.group = 1, .state = 7};
    bool has_failed = false;
    set_up(&b, PROGRAM, PROGRAM, &counted);
    to_fail = failing;
    for (unsigned k = 0; k < PROGRAM; k++) {
        struct bwtree_operation o = {.kind = k % 5 == 4   ? BWTREE_REMOVE
                                             : k % 5 == 3 ? BWTREE_INSERT
                                                          : BWTREE_PUT,
                                     .key = make_key(family, &b.next, &b.state),
                                     .value = k};
        run(&b, &o, 1);
        if (o.result.status == BWTREE_NO_MEMORY) {
            expect(to_fail == 0 && !has_failed, "no memory too often");
            has_failed = true;
            scan_all(&b); /* nothing has happened */
            run(&b, &o, 1);
        }
        expect(is_same(expected_of(&b, &o), o.result), "a result without memory");
    }
    bool was_reached = to_fail == 0;
    to_fail = 0;
    expect(was_reached || !has_failed, "a failure that was none");
    scan_all(&b);
    check_tree(&b);
    remove_all(&b);
    tear_down(&b);
    return was_reached;
}

static bool has_only_lines;

static void *allocate_lines(void *context, size_t size)
{
    return has_only_lines && size > 64 ? NULL : allocate_counted(context, size);
}

/* While there is no memory but for deltas, they pile up, as far as there is room for them. */
static void check_long_chains(void)
{
    static const struct db_memory lines = {allocate_lines, release_counted, NULL};
    struct beside b = {.group = 1};
    set_up(&b, ROOM, ROOM, &lines);
    put_new(&b, 0);
    put_new(&b, 1);
    has_only_lines = true;
    while (root_of(&b.tree)->depth < BW_LONGEST_CHAIN) {
        enum bwtree_kind kind = root_of(&b.tree)->depth % 2 ? BWTREE_PUT : BWTREE_REMOVE;
        struct bwtree_operation o = {.kind = kind, .key = 1, .value = 7};
        run(&b, &o, 1);
        expect(is_same(expected_of(&b, &o), o.result), "a result in a long chain");
    }
    expect(do_one(&b, BWTREE_PUT, 1).status == BWTREE_NO_MEMORY, "a chain without end");
    scan_all(&b);
    has_only_lines = false;
    put_new(&b, 1);
    expect(root_of(&b.tree)->depth == 1, "a chain that stays long");
    scan_all(&b);
    check_tree(&b);
    tear_down(&b);
    puts("chains grow where there is memory for deltas alone");
}

/* A table that gets full: no more keys than the leaves have room for. */
static void check_full_table(void)
{
    for (uint32_t room = 1; room <= 12; room++) {
        struct beside b = {.group = 1, .state = room};
        unsigned refused = 0;
        set_up(&b, ROOM, room, &counted);
        for (unsigned k = 0; k < 12 * BW_WIDTH; k++) {
            struct bwtree_operation o = {.kind = k % 2 ? BWTREE_INSERT : BWTREE_PUT,
                                         .key = make_key(RANDOM, &b.next, &b.state),
                                         .value = k};
            run(&b, &o, 1);
            if (o.result.status == BWTREE_FULL) {
                refused++;
                expect(is_same(model_get(&b.model, o.key), do_one(&b, BWTREE_GET, o.key)),
                       "a put that was refused");
            } else {
                expect(is_same(expected_of(&b, &o), o.result), "a result in a small table");
            }
        }
        expect(refused > 0, "a table that isn't full");
        expect(b.model.count >= BW_WIDTH, "a table that is full too early");
        remove_all(&b);
        do_batches(&b, RANDOM, 60, 0);
        tear_down(&b);
    }
    puts("a full table refuses what it has no room for");
}

/* A put that needs all places of the table, and fails for want of allocation number `failing`, can
 * be done again. False: it doesn't fail. */
static bool run_short_in_small_table(uint64_t failing)
{
    struct beside b = {.group = 1};
    set_up(&b, BW_WIDTH + 1, 3, &counted);
    for (uint64_t key = 0; key < BW_WIDTH; key++)
        put_new(&b, key);
    to_fail = failing;
    bwtree_status status = do_one(&b, BWTREE_PUT, BW_WIDTH).status;
    bool was_reached = to_fail == 0;
    to_fail = 0;
    expect(status == (was_reached ? BWTREE_NO_MEMORY : BWTREE_INSERTED), "a put without memory");
    if (was_reached)
        put_new(&b, BW_WIDTH);
    else
        model_put(&b.model, BW_WIDTH, BW_WIDTH + 1);
    scan_all(&b);
    check_tree(&b);
    tear_down(&b);
    return was_reached;
}

static void check_memory(void)
{
    static const enum family families[] = {DENSE, RISING};
    for (unsigned k = 0; k < sizeof families / sizeof *families; k++) {
        uint64_t n = 1;
        while (run_short_of(families[k], n))
            n++;
        printf("%s: %llu allocations, each of which may fail\n", names[families[k]],
               (unsigned long long)n - 1);
    }
    for (uint64_t n = 1; run_short_in_small_table(n);)
        n++;
    for (unsigned n = 1; n <= 2; n++) {
        struct bwtree tree;
        to_fail = n;
        expect(!bwtree_init(&tree, ROOM, &counted), "a tree without memory");
    }
}

/* ---- Interruptions --------------------------------------------------------------------------- */

#ifdef BWTREE_SHAKE

enum { DEPTH = 2 };

/* A put that is interrupted by another one at its look number left[0], and that by a third one at
 * its look number left[1]. */
static struct {
    struct beside *b; /* NULL: no such thing */
    struct epoch_worker workers[DEPTH];
    uint64_t keys[DEPTH];
    uint64_t left[DEPTH]; /* looks until then; 0: it has come */
    unsigned depth;       /* of what is being done */
} script;

static void interrupt(void)
{
    unsigned k = script.depth++;
    struct bwtree_operation put = {
        .kind = BWTREE_PUT, .key = script.keys[k], .value = script.keys[k] + 1};
    VERSION.run(&(struct bwtree_job){.tree = &script.b->tree,
                                     .worker = &script.workers[k],
                                     .operations = &put,
                                     .count = 1,
                                     .group = 1});
    expect(put.result.status == BWTREE_INSERTED, "a put that interrupts");
    model_put(&script.b->model, put.key, put.value);
    script.depth--;
}

void bwtree_shake(void)
{
    if (!script.b)
        stretch();
    else if (script.depth < DEPTH && script.left[script.depth] > 0 &&
             --script.left[script.depth] == 0)
        interrupt();
}

/* A root above two full leaves, of keys below 64 and from 64 on, and two numbers that wait. */
static void make_two_leaves(struct beside *b)
{
    uint64_t separator, step = 64 / BW_WIDTH;
    for (uint64_t k = 0; k < BW_WIDTH; k++)
        put_new(b, (k + BW_WIDTH / 2) * step);
    for (uint64_t k = 0; k < BW_WIDTH / 2; k++)
        put_new(b, (k + BW_WIDTH * 3 / 2) * step);
    for (uint64_t k = 0; k < BW_WIDTH / 2; k++)
        put_new(b, k * step);
    for (uint64_t n = 1; waiting_numbers(&b->tree) < 2; n++) {
        epoch_pin(&b->worker);
        to_fail = n;
        bw_visit root = {BW_ROOT, bw_load(&b->tree, BW_ROOT)};
        expect(bw_split(&b->tree, &b->worker, root, &separator) == BWTREE_NO_MEMORY, "a failure");
        to_fail = 0;
        epoch_unpin(&b->worker);
    }
}

/* False: the first put has fewer looks. *is_last: the second one has. */
static bool interrupt_at(const uint64_t *keys, uint64_t first, uint64_t second, bool *is_last)
{
    struct beside b = {.group = 1, .is_tidy = true};
    set_up(&b, ROOM, ROOM, &counted);
    make_two_leaves(&b);
    for (unsigned k = 0; k < DEPTH; k++) {
        epoch_join(&b.epoch, &script.workers[k]);
        script.keys[k] = keys[k + 1];
    }
    script.left[0] = first;
    script.left[1] = second;
    script.b = &b;
    bwtree_result result = do_one(&b, BWTREE_PUT, keys[0]);
    script.b = NULL;
    expect(result.status == BWTREE_INSERTED, "a put that is interrupted");
    model_put(&b.model, keys[0], keys[0] + 1);
    *is_last = script.left[1] > 0;
    for (unsigned k = 0; k < DEPTH; k++)
        epoch_leave(&script.workers[k]);
    scan_all(&b);
    /* Numbers that are in use twice show when they are taken. */
    for (uint64_t key = 3; key < 128; key += 16)
        put_new(&b, key);
    scan_all(&b);
    check_tree(&b);
    tear_down(&b);
    return script.left[0] == 0;
}

/* Of all pairs of looks. */
static void check_interruptions(void)
{
    static const uint64_t keys[][DEPTH + 1] = {{1, 101, 102}, {1, 2, 102}, {1, 2, 5}, {1, 101, 2}};
    for (unsigned k = 0; k < sizeof keys / sizeof *keys; k++) {
        uint64_t first = 1, all = 0;
        for (bool is_reached = true; is_reached; first++) {
            bool is_last = false;
            for (uint64_t second = 1; is_reached && !is_last; second++, all++)
                is_reached = interrupt_at(keys[k], first, second, &is_last);
        }
        printf("interrupted in %llu ways\n", (unsigned long long)all);
    }
}

#endif

/* ---- Threads --------------------------------------------------------------------------------- */

enum { THREADS = 3, KEYS = 300, THREAD_BATCHES = 100, THREAD_BATCH = 24, REACH = 12 };
enum { RECORDED = THREAD_BATCHES * THREAD_BATCH }; /* operations of a thread */

/* What a scan has met, of the keys of the test. */
struct met {
    const uint64_t *keys;
    size_t first, end; /* those that it has gone past */
    uint64_t values[KEYS];
};

struct recorded {
    struct bwtree_operation operation;
    size_t key; /* its number */
    struct met met;
};

struct thread {
    struct bwtree *tree;
    struct epoch *epoch;
    const uint64_t *keys; /* in order */
    uint64_t *clock;
    uint64_t seed;
    size_t group;
    struct recorded *recorded; /* RECORDED */
};

static bool note(void *context, uint64_t key, uint64_t value)
{
    struct met *met = context;
    size_t k = met->end;
    while (k < KEYS && met->keys[k] < key)
        k++;
    expect(k < KEYS && met->keys[k] == key, "a scan's key in threads");
    met->values[k] = value;
    met->end = k + 1;
    return met->end - met->first < REACH;
}

/* The tree grows for some batches, then it loses keys. */
static struct bwtree_operation draw(const struct thread *t, struct recorded *r, unsigned batch,
                                    uint64_t *state)
{
    uint64_t percent = bench_below(state, 100);
    unsigned puts = batch / 25 % 2 == 0 ? 60 : 10;
    r->key = bench_below(state, KEYS);
    r->met = (struct met){.keys = t->keys, .first = r->key, .end = r->key};
    return (struct bwtree_operation){
        .kind = percent < 3               ? BWTREE_SCAN
                : percent < 30            ? BWTREE_GET
                : percent < 30 + puts / 2 ? BWTREE_PUT
                : percent < 30 + puts     ? BWTREE_INSERT
                                          : BWTREE_REMOVE,
        .key = t->keys[r->key],
        .value = bench_random(state) | 1, /* not 0, which is none */
    };
}

static void *work(void *argument)
{
    struct thread *t = argument;
    struct bwtree_scan scans[THREAD_BATCH];
    struct bwtree_operation operations[THREAD_BATCH];
    struct epoch_worker worker;
    uint64_t state = t->seed;
    epoch_join(t->epoch, &worker);
    start_together();
    for (unsigned batch = 0; batch < THREAD_BATCHES; batch++) {
        struct recorded *recorded = t->recorded + batch * THREAD_BATCH;
        for (unsigned k = 0; k < THREAD_BATCH; k++) {
            operations[k] = draw(t, &recorded[k], batch, &state);
            scans[k] = (struct bwtree_scan){
                .from = operations[k].key, .visit = note, .context = &recorded[k].met};
            operations[k].scan = &scans[k];
        }
        VERSION.run(&(struct bwtree_job){.tree = t->tree,
                                         .worker = &worker,
                                         .operations = operations,
                                         .count = THREAD_BATCH,
                                         .group = t->group,
                                         .clock = t->clock});
        for (unsigned k = 0; k < THREAD_BATCH; k++)
            recorded[k].operation = operations[k];
    }
    epoch_leave(&worker);
    return NULL;
}

/* What operation k of all tells of key number `key`. False: nothing, or it has failed. */
static bool tells(const void *context, size_t k, size_t key, struct linear_operation *about)
{
    const struct thread *threads = context;
    const struct recorded *r = &threads[k / RECORDED].recorded[k % RECORDED];
    const struct bwtree_operation *o = &r->operation;
    const struct met *met = &r->met;
    *about = (struct linear_operation){.begin = o->begin, .end = o->end};
    if (o->kind == BWTREE_SCAN) {
        bool is_at_end = met->end - met->first < REACH;
        about->before = about->after = met->values[key];
        return key >= met->first && (key < met->end || is_at_end);
    }
    bwtree_status status = o->result.status;
    bool was_there = status == BWTREE_FOUND || status == BWTREE_UPDATED || status == BWTREE_REMOVED;
    bool brings = status == BWTREE_INSERTED || status == BWTREE_UPDATED;
    about->before = was_there ? o->result.value : 0;
    about->after = brings ? o->value : status == BWTREE_FOUND ? about->before : 0;
    return key == r->key && status != BWTREE_NO_MEMORY;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void make_keys(enum family family, uint64_t seed, uint64_t *keys)
{
    uint64_t next = 0, state = seed;
    for (size_t count = 0; count < KEYS;) {
        keys[count] = make_key(family, &next, &state);
        count += !is_among(keys, count);
    }
    qsort(keys, KEYS, sizeof *keys, by_number);
}

/* Now and then there is no memory for anything but deltas. */
static bool is_scarce;

static void *allocate_scarce(void *context, size_t size)
{
    static _Thread_local uint64_t state;
    bool fails = is_scarce && size > 64 && bench_below(&state, 2) == 0;
    return fails ? NULL : allocate_counted(context, size);
}

static const struct db_memory scarce = {allocate_scarce, release_counted, NULL};

static bool have(const struct thread *threads, bwtree_status status)
{
    for (unsigned t = 0; t < THREADS; t++)
        for (size_t k = 0; k < RECORDED; k++)
            if (threads[t].recorded[k].operation.result.status == status)
                return true;
    return false;
}

struct way {
    enum family family;
    const char *how;
    uint32_t room;
    bool is_scarce;
};

static void check_threads_on(const struct way *way, uint64_t seed)
{
    struct thread threads[THREADS];
    struct beside b = {.group = 7, .state = seed};
    uint64_t clock = 0;
    uint64_t keys[KEYS + 1];
    set_up(&b, KEYS, way->room, &scarce);
    make_keys(way->family, seed, keys);
    for (unsigned t = 0; t < THREADS; t++)
        threads[t] = (struct thread){
            .tree = &b.tree,
            .epoch = &b.epoch,
            .keys = keys,
            .clock = &clock,
            .seed = seed * THREADS + t,
            .group = groups[(seed + t) % GROUPS],
            .recorded = allocate(RECORDED, sizeof(struct recorded)),
        };
    is_scarce = way->is_scarce;
    run_threads(THREADS, work, threads, sizeof *threads);
    is_scarce = false;
    expect(linear_check_keys(KEYS, THREADS * RECORDED, tells, threads),
           "a history is not linearizable");
    expect(have(threads, BWTREE_FULL) == (way->room < ROOM), "what a full table refuses");
    expect(have(threads, BWTREE_NO_MEMORY) == way->is_scarce, "what fails without memory");
    check_tree(&b);
    for (size_t k = 0; k < KEYS; k++)
        do_one(&b, BWTREE_REMOVE, keys[k]);
    scan_all(&b);
    check_tree(&b);
    tear_down(&b);
    for (unsigned t = 0; t < THREADS; t++)
        free(threads[t].recorded);
}

static void check_threads(void)
{
    static const struct way ways[] = {
        {DENSE, "", ROOM, false},
        {RISING, "", ROOM, false},
        {RANDOM, "", ROOM, false},
        {RANDOM, ", in a full table", 1 + KEYS / BW_WIDTH / 2, false},
        {RANDOM, ", with little memory", ROOM, true},
    };
    enum { SEEDS = 4 };
    for (unsigned k = 0; k < sizeof ways / sizeof *ways; k++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            check_threads_on(&ways[k], seed);
        printf("%s%s: %d histories of each key are linearizable\n", names[ways[k].family],
               ways[k].how, SEEDS);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        for (enum family family = 0; family < FAMILIES; family++)
            check_family(family);
        check_help();
        check_full_table();
        check_long_chains();
        check_memory();
    } else if (argc == 2 && strcmp(argv[1], "threads") == 0) {
        check_threads();
#ifdef BWTREE_SHAKE
    } else if (argc == 2 && strcmp(argv[1], "interrupted") == 0) {
        check_interruptions();
#endif
    } else {
        return 2;
    }
    return 0;
}
