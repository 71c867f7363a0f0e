/* masstree_check.c: one version of Masstree, held against a sorted array: random operations on keys
 * that are hard in some way, and the same where there is no memory; and in threads, where what each
 * key has seen must be linearizable.
 *
 *     masstree_check             the operations one by one and interleaved, with memory and without
 *     masstree_check threads     the same in threads
 *
 * Says the same for all versions. Exit status 1: something is wrong. */
#include <stdio.h>

#include "linear.h"
#include "masstree_node.h"

#ifndef VERSION
#define VERSION masstree_inlined
#endif
#include "check_masstree.h"

/* ---- Keys ------------------------------------------------------------------------------------ */

struct text {
    size_t length;
    unsigned char bytes[MASSTREE_MAX_KEY];
};

static struct masstree_key key_of(const struct text *text)
{
    return (struct masstree_key){text->bytes, text->length};
}

static int compare(struct masstree_key a, struct masstree_key b)
{
    int order = memcmp(a.bytes, b.bytes, a.length < b.length ? a.length : b.length);
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

static void add_bytes(struct text *text, size_t count, unsigned letters, uint64_t *state)
{
    while (count-- > 0)
        text->bytes[text->length++] = (unsigned char)bench_below(state, letters);
}

static void add_number(struct text *text, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        text->bytes[text->length++] = (unsigned char)(number >> shift);
}

enum family {
    SHORT,   /* few bytes, of two values of which one is 0; the empty key */
    SHARED,  /* the first 8, 16 or 24 bytes are the same */
    ZEROS,   /* nothing but zero bytes */
    RISING,  /* numbers, each the next */
    FALLING, /* each the one before */
    SLICE,   /* one slice in all lengths, and behind it */
    DEEP,    /* the same byte, up to the longest key: many layers */
    RANDOM,  /* all bytes, up to 30 */
    FAMILIES
};

static const char *const names[FAMILIES] = {"short",   "shared prefix", "zeros", "rising",
                                            "falling", "one slice",     "deep",  "random"};

static void make_key(enum family family, struct text *text, uint64_t *next, uint64_t *state)
{
    text->length = 0;
    switch (family) {
    case SHORT:
        add_bytes(text, bench_below(state, 12), 2, state);
        break;
    case SHARED:
        add_bytes(text, 8 * (1 + bench_below(state, 3)), 1, state);
        add_bytes(text, bench_below(state, 10), 3, state);
        break;
    case ZEROS:
        add_bytes(text, bench_below(state, 80), 1, state);
        break;
    case RISING:
        add_number(text, (*next)++ % 700);
        break;
    case FALLING:
        add_number(text, ~((*next)++ % 700));
        break;
    case SLICE:
        add_bytes(text, bench_below(state, 9), 1, state);
        if (text->length == 8)
            add_bytes(text, bench_below(state, 3), 200, state);
        break;
    case DEEP:
        add_bytes(text, bench_below(state, 20) ? 8 * bench_below(state, 60) : MASSTREE_MAX_KEY, 1,
                  state);
        if (text->length < MASSTREE_MAX_KEY)
            add_bytes(text, bench_below(state, 3), 2, state);
        break;
    default:
        add_bytes(text, bench_below(state, 30), 256, state);
    }
}

/* ---- The model ------------------------------------------------------------------------------- */

struct model {
    struct text *keys;
    uint64_t *values;
    size_t count, size;
};

static size_t rank_in(const struct model *model, struct masstree_key key)
{
    size_t low = 0, high = model->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(key_of(&model->keys[middle]), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static masstree_result model_get(const struct model *model, struct masstree_key key)
{
    size_t rank = rank_in(model, key);
    if (rank < model->count && compare(key_of(&model->keys[rank]), key) == 0)
        return (masstree_result){MASSTREE_FOUND, model->values[rank]};
    return (masstree_result){MASSTREE_MISSING, 0};
}

static void model_move(struct model *model, size_t to, size_t from)
{
    memmove(&model->keys[to], &model->keys[from], (model->count - from) * sizeof *model->keys);
    memmove(&model->values[to], &model->values[from],
            (model->count - from) * sizeof *model->values);
}

static masstree_result model_put(struct model *model, const struct text *key, uint64_t value)
{
    masstree_result before = model_get(model, key_of(key));
    size_t rank = rank_in(model, key_of(key));
    if (before.status == MASSTREE_MISSING) {
        expect(model->count < model->size, "the model is full");
        model_move(model, rank + 1, rank);
        model->count++;
        model->keys[rank] = *key;
    }
    model->values[rank] = value;
    before.status = before.status == MASSTREE_MISSING ? MASSTREE_INSERTED : MASSTREE_UPDATED;
    return before;
}

static masstree_result model_insert(struct model *model, const struct text *key, uint64_t value)
{
    masstree_result before = model_get(model, key_of(key));
    return before.status == MASSTREE_FOUND ? before : model_put(model, key, value);
}

static masstree_result model_remove(struct model *model, struct masstree_key key)
{
    masstree_result before = model_get(model, key);
    if (before.status == MASSTREE_FOUND) {
        size_t rank = rank_in(model, key);
        model_move(model, rank, rank + 1);
        model->count--;
        before.status = MASSTREE_REMOVED;
    }
    return before;
}

/* ---- A tree beside its model ----------------------------------------------------------------- */

enum { BATCH = 40, SCANS = 4 };

struct beside {
    struct epoch epoch;
    struct epoch_worker worker;
    struct masstree tree;
    struct model model;
    size_t group;
    uint64_t state, next; /* of random numbers, and of those that rise or fall */
};

static void set_up(struct beside *b, size_t most)
{
    expect(epoch_init(&b->epoch, &counted) == 0, "epoch_init");
    epoch_join(&b->epoch, &b->worker);
    expect(masstree_init(&b->tree, &counted), "masstree_init");
    b->model = (struct model){.keys = allocate(most + 1, sizeof(struct text)),
                              .values = allocate(most + 1, sizeof(uint64_t)),
                              .size = most};
}

static void tear_down(struct beside *b)
{
    masstree_destroy(&b->tree);
    epoch_leave(&b->worker);
    epoch_destroy(&b->epoch);
    expect(blocks == 0, "blocks are lost");
    free(b->model.keys);
    free(b->model.values);
}

static void run(struct beside *b, struct masstree_operation *operations, size_t count)
{
    VERSION.run(&(struct masstree_job){.tree = &b->tree,
                                       .worker = &b->worker,
                                       .operations = operations,
                                       .count = count,
                                       .group = b->group});
}

/* What a scan must meet. */
struct expected {
    const struct model *model;
    size_t rank, end;
};

static bool meet(void *context, struct masstree_key key, uint64_t value)
{
    struct expected *e = context;
    expect(e->rank < e->end, "a scan meets too much");
    expect(compare(key_of(&e->model->keys[e->rank]), key) == 0, "a scan's key");
    expect(e->model->values[e->rank] == value, "a scan's value");
    return ++e->rank < e->end;
}

/* Some scans, interleaved: each from a key on, up to `most` keys. */
static void scan_some(struct beside *b, const struct text *from, size_t most)
{
    struct masstree_operation operations[SCANS];
    struct masstree_scan scans[SCANS];
    struct expected expected[SCANS];
    for (unsigned k = 0; k < SCANS; k++) {
        size_t rank = rank_in(&b->model, key_of(&from[k]));
        size_t end = b->model.count - rank < most ? b->model.count : rank + most;
        expected[k] = (struct expected){&b->model, rank, end};
        scans[k].from = key_of(&from[k]);
        scans[k].visit = meet;
        scans[k].context = &expected[k];
        operations[k] = (struct masstree_operation){.kind = MASSTREE_SCAN, .scan = &scans[k]};
    }
    bool is_empty = expected[0].rank == expected[0].end;
    run(b, operations, SCANS);
    for (unsigned k = 0; k < SCANS; k++) {
        expect(expected[k].rank == expected[k].end || is_empty, "a scan meets too little");
        expect(operations[k].result.status == MASSTREE_SCANNED, "a scan's status");
    }
}

/* A full tree takes all of a scan's keys, and there is none behind. */
static void scan_all(struct beside *b)
{
    static const struct text first[SCANS];
    scan_some(b, first, b->model.count + 1);
}

static masstree_result expected_of(struct beside *b, const struct masstree_operation *o,
                                   const struct text *key)
{
    switch (o->kind) {
    case MASSTREE_GET:
        return model_get(&b->model, o->key);
    case MASSTREE_PUT:
        return model_put(&b->model, key, o->value);
    case MASSTREE_INSERT:
        return model_insert(&b->model, key, o->value);
    default:
        return model_remove(&b->model, o->key);
    }
}

static bool is_among(const struct text *keys, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (compare(key_of(&keys[k]), key_of(&keys[count])) == 0)
            return true;
    return false;
}

/* Operations on different keys: in whatever order they are done, the results are the same. */
static size_t make_batch(struct beside *b, enum family family, unsigned puts_percent,
                         struct text *keys, struct masstree_operation *operations)
{
    size_t count = 0;
    for (unsigned k = 0; k < BATCH; k++) {
        make_key(family, &keys[count], &b->next, &b->state);
        if (is_among(keys, count))
            continue;
        uint64_t draw = bench_below(&b->state, 100);
        operations[count] = (struct masstree_operation){
            .kind = draw < 20                      ? MASSTREE_GET
                    : draw < 20 + puts_percent / 2 ? MASSTREE_PUT
                    : draw < 20 + puts_percent     ? MASSTREE_INSERT
                                                   : MASSTREE_REMOVE,
            .key = key_of(&keys[count]),
            .value = bench_random(&b->state),
        };
        count++;
    }
    return count;
}

static uint64_t weigh(uint64_t sum, masstree_result result)
{
    return (sum ^ result.status ^ result.value) * 0x9e3779b97f4a7c15 + 1;
}

static bool is_same(masstree_result a, masstree_result b)
{
    return a.status == b.status &&
           (a.status == MASSTREE_MISSING || a.status == MASSTREE_INSERTED || a.value == b.value);
}

static uint64_t do_batches(struct beside *b, enum family family, unsigned puts_percent,
                           unsigned batches)
{
    static struct text keys[BATCH];
    struct masstree_operation operations[BATCH];
    uint64_t sum = 0;
    for (unsigned k = 0; k < batches; k++) {
        size_t count = make_batch(b, family, puts_percent, keys, operations);
        run(b, operations, count);
        for (size_t o = 0; o < count; o++) {
            masstree_result wanted = expected_of(b, &operations[o], &keys[o]);
            expect(is_same(wanted, operations[o].result), "a result");
            sum = weigh(sum, wanted);
        }
        if (k % 8 == 0 && count >= SCANS)
            scan_some(b, keys, 1 + bench_below(&b->state, 30));
    }
    scan_all(b);
    return sum;
}

static void remove_all(struct beside *b)
{
    while (b->model.count > 0) {
        struct text key = b->model.keys[bench_below(&b->state, b->model.count)];
        struct masstree_operation remove = {.kind = MASSTREE_REMOVE, .key = key_of(&key)};
        run(b, &remove, 1);
        expect(is_same(model_remove(&b->model, key_of(&key)), remove.result), "a removal");
    }
    for (unsigned k = 0; k < 4; k++)
        epoch_collect(&b->worker);
    expect(blocks == spine(&b->tree), "nodes are left in an empty tree");
}

static void refuse_long_key(struct beside *b)
{
    static const unsigned char bytes[MASSTREE_MAX_KEY + 1];
    struct masstree_operation put = {.kind = MASSTREE_PUT, .key = {bytes, sizeof bytes}};
    run(b, &put, 1);
    expect(put.result.status == MASSTREE_TOO_LONG, "the longest key");
}

static void check_family(enum family family, unsigned batches)
{
    uint64_t sums[GROUPS];
    for (unsigned g = 0; g < GROUPS; g++) {
        struct beside b = {.group = groups[g], .state = 1 + family};
        set_up(&b, 20000);
        sums[g] = do_batches(&b, family, 60, batches); /* it grows */
        sums[g] += do_batches(&b, family, 40, batches);
        sums[g] += do_batches(&b, family, 15, batches); /* and shrinks */
        refuse_long_key(&b);
        remove_all(&b);
        sums[g] += do_batches(&b, family, 60, batches / 4);
        tear_down(&b);
        expect(sums[g] == sums[0], "the group matters");
    }
    printf("%s: %016llx\n", names[family], (unsigned long long)sums[0]);
}

static void check_model(void)
{
    for (enum family family = 0; family < FAMILIES; family++)
        check_family(family, family == DEEP ? 24 : 64);
}

/* Trees that are full when they go, of any number of keys in a layer below the first. */
static void check_full(void)
{
    for (unsigned most = 0; most <= 80; most++) {
        struct beside b = {.group = 1};
        set_up(&b, most);
        for (unsigned k = 0; k < most; k++) {
            struct text key = {.length = 8};
            add_number(&key, k);
            struct masstree_operation put = {.kind = MASSTREE_PUT, .key = key_of(&key)};
            run(&b, &put, 1);
            expect(put.result.status == MASSTREE_INSERTED, "a put");
        }
        tear_down(&b);
    }
}

/* ---- No memory ------------------------------------------------------------------------------- */

enum { PROGRAM = 400 }; /* operations */

/* A program of which allocation number `failing` fails. False: it has fewer. */
static bool run_short_of(enum family family, uint64_t failing)
{
    struct beside b = {.group = 1, .state = 7};
    bool has_failed = false;
    set_up(&b, PROGRAM);
    to_fail = failing;
    for (unsigned k = 0; k < PROGRAM; k++) {
        static struct text key;
        make_key(family, &key, &b.next, &b.state);
        struct masstree_operation o = {.kind = k % 5 == 4   ? MASSTREE_REMOVE
                                               : k % 5 == 3 ? MASSTREE_INSERT
                                                            : MASSTREE_PUT,
                                       .key = key_of(&key),
                                       .value = k};
        run(&b, &o, 1);
        if (o.result.status == MASSTREE_NO_MEMORY) {
            expect(to_fail == 0 && !has_failed, "no memory too often");
            has_failed = true;
            scan_all(&b); /* nothing has happened */
            run(&b, &o, 1);
        }
        expect(is_same(expected_of(&b, &o, &key), o.result), "a result without memory");
    }
    bool was_reached = to_fail == 0;
    to_fail = 0;
    expect(was_reached == has_failed, "a failure that nobody told");
    scan_all(&b);
    remove_all(&b);
    tear_down(&b);
    return was_reached;
}

static void check_memory(void)
{
    static const enum family families[] = {SHORT, SHARED, RISING, DEEP, RANDOM};
    for (unsigned k = 0; k < sizeof families / sizeof *families; k++) {
        uint64_t n = 1;
        while (run_short_of(families[k], n))
            n++;
        printf("%s: %llu allocations, each of which may fail\n", names[families[k]],
               (unsigned long long)n - 1);
    }
    to_fail = 1;
    struct masstree tree;
    expect(!masstree_init(&tree, &counted), "a tree without memory");
}

/* ---- Threads --------------------------------------------------------------------------------- */

enum { THREADS = 3, KEYS = 300, THREAD_BATCHES = 150, THREAD_BATCH = 24, REACH = 12 };
enum { RECORDED = THREAD_BATCHES * THREAD_BATCH }; /* operations of a thread */

/* What a scan has met, of the keys of the test. */
struct met {
    const struct text *keys;
    size_t first, end; /* those that it has gone past */
    uint64_t values[KEYS];
};

struct recorded {
    struct masstree_operation operation;
    size_t key; /* its number */
    struct met met;
};

struct thread {
    struct masstree *tree;
    struct epoch *epoch;
    const struct text *keys; /* in order */
    uint64_t *clock, seed;
    size_t group;
    struct recorded *recorded; /* RECORDED */
};

static bool note(void *context, struct masstree_key key, uint64_t value)
{
    struct met *met = context;
    size_t k = met->end;
    while (k < KEYS && compare(key_of(&met->keys[k]), key) < 0)
        k++;
    expect(k < KEYS && compare(key_of(&met->keys[k]), key) == 0, "a scan's key in threads");
    met->values[k] = value;
    met->end = k + 1;
    return met->end - met->first < REACH;
}

/* The tree grows for some batches, then it shrinks. */
static struct masstree_operation draw(const struct thread *t, struct recorded *r, unsigned batch,
                                      uint64_t *state)
{
    uint64_t percent = bench_below(state, 100);
    unsigned puts = batch / 25 % 2 == 0 ? 60 : 10;
    r->key = bench_below(state, KEYS);
    r->met = (struct met){.keys = t->keys, .first = r->key, .end = r->key};
    return (struct masstree_operation){
        .kind = percent < 3               ? MASSTREE_SCAN
                : percent < 30            ? MASSTREE_GET
                : percent < 30 + puts / 2 ? MASSTREE_PUT
                : percent < 30 + puts     ? MASSTREE_INSERT
                                          : MASSTREE_REMOVE,
        .key = key_of(&t->keys[r->key]),
        .value = bench_random(state) | 1, /* not 0, which is none */
    };
}

static void *work(void *argument)
{
    struct thread *t = argument;
    static _Thread_local struct masstree_scan scans[THREAD_BATCH];
    struct masstree_operation operations[THREAD_BATCH];
    struct epoch_worker worker;
    uint64_t state = t->seed;
    epoch_join(t->epoch, &worker);
    start_together();
    for (unsigned batch = 0; batch < THREAD_BATCHES; batch++) {
        struct recorded *recorded = t->recorded + batch * THREAD_BATCH;
        for (unsigned k = 0; k < THREAD_BATCH; k++) {
            operations[k] = draw(t, &recorded[k], batch, &state);
            scans[k].from = operations[k].key;
            scans[k].visit = note;
            scans[k].context = &recorded[k].met;
            operations[k].scan = &scans[k];
        }
        VERSION.run(&(struct masstree_job){.tree = t->tree,
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

/* What operation k of all tells of key number `key`. False: nothing. */
static bool tells(const void *context, size_t k, size_t key, struct linear_operation *about)
{
    const struct thread *threads = context;
    const struct recorded *r = &threads[k / RECORDED].recorded[k % RECORDED];
    const struct masstree_operation *o = &r->operation;
    const struct met *met = &r->met;
    *about = (struct linear_operation){.begin = o->begin, .end = o->end};
    if (o->kind == MASSTREE_SCAN) {
        bool is_at_end = met->end - met->first < REACH;
        about->before = about->after = met->values[key];
        return key >= met->first && (key < met->end || is_at_end);
    }
    bool was_there = o->result.status != MASSTREE_MISSING && o->result.status != MASSTREE_INSERTED;
    about->before = was_there ? o->result.value : 0;
    bool brings = o->kind == MASSTREE_PUT || o->result.status == MASSTREE_INSERTED;
    bool keeps = o->kind == MASSTREE_GET || (o->kind == MASSTREE_INSERT && was_there);
    about->after = keeps ? about->before : brings ? o->value : 0;
    return key == r->key;
}

static int by_key(const void *a, const void *b)
{
    return compare(key_of(a), key_of(b));
}

static struct text *make_keys(enum family family, uint64_t seed)
{
    struct text *keys = allocate(KEYS + 1, sizeof *keys);
    uint64_t next = 0, state = seed;
    for (size_t count = 0; count < KEYS;) {
        make_key(family, &keys[count], &next, &state);
        count += !is_among(keys, count);
    }
    qsort(keys, KEYS, sizeof *keys, by_key);
    return keys;
}

static void check_threads_on(enum family family, uint64_t seed)
{
    struct thread threads[THREADS];
    struct beside b = {.group = 7, .state = seed};
    uint64_t clock = 0;
    set_up(&b, KEYS);
    struct text *keys = make_keys(family, seed);
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
    run_threads(THREADS, work, threads, sizeof *threads);
    expect(linear_check_keys(KEYS, THREADS * RECORDED, tells, threads),
           "a history is not linearizable");
    for (size_t k = 0; k < KEYS; k++) {
        struct masstree_operation remove = {.kind = MASSTREE_REMOVE, .key = key_of(&keys[k])};
        run(&b, &remove, 1);
    }
    remove_all(&b);
    tear_down(&b);
    for (unsigned t = 0; t < THREADS; t++)
        free(threads[t].recorded);
    free(keys);
}

static void check_threads(void)
{
    static const enum family families[] = {SHORT, SHARED, RISING, DEEP, RANDOM};
    enum { SEEDS = 4 };
    for (unsigned k = 0; k < sizeof families / sizeof *families; k++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            check_threads_on(families[k], seed);
        printf("%s: %d histories of each key are linearizable\n", names[families[k]], SEEDS);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        check_model();
        check_full();
        check_memory();
    } else if (argc == 2 && strcmp(argv[1], "threads") == 0) {
        check_threads();
    } else {
        return 2;
    }
    return 0;
}
