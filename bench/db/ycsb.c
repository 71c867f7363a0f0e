/* ycsb.c: YCSB's workloads A to F (Cooper et al., SoCC 2010) on the store: sequential, nested and
 * linked, nested and inlined. */
#include "ycsb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../zipf.h"
#include "pool.h"

enum version { SEQUENTIAL, LINKED, INLINED, VERSIONS };

static const struct {
    const char *name;
    const struct ycsb_version *version;
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &ycsb_sequential},
    [LINKED] = {"nested, linked", &ycsb_linked},
    [INLINED] = {"nested, inlined", &ycsb_inlined},
};

/* Of a hundred operations, how many are of which kind; the rest reads. */
struct workload {
    char letter;
    unsigned probes, updates, inserts, scans, modifies;
    bool is_latest; /* reads go to what was inserted last */
    unsigned share; /* one of so many transactions is done */
};

enum { WORKLOADS = 7 };

static const struct workload workloads[WORKLOADS] = {
    {.letter = 'C', .share = 1, .probes = 100},
    {.letter = 'C', .share = 1},
    {.letter = 'B', .share = 1, .updates = 5},
    {.letter = 'A', .share = 1, .updates = 50},
    {.letter = 'D', .share = 1, .inserts = 5, .is_latest = true},
    {.letter = 'E', .share = 16, .inserts = 5, .scans = 95},
    {.letter = 'F', .share = 1, .modifies = 50},
};

/* Where the items lie that are asked for. */
enum { UNIFORM, ZIPF, SPREADS };

enum {
    PARTS = 16,        /* that the transactions are cut into */
    SAMPLE = 2,        /* transactions in a sample of the instructions */
    MOST_SCANNED = 100 /* records */
};

static uint64_t rounds = 7, keys = 1 << 23, transactions = 1 << 14, group = 16, counts = 1;
static const char *letters = "CBADEF";

static struct store store;
static struct store_worker worker;
static struct store_table *table;
static uint64_t items; /* that there are: those below */
static struct ycsb_scan *scans;

/* ---- Loading --------------------------------------------------------------------------------- */

static void stop(const char *what)
{
    fprintf(stderr, "ycsb: %s\n", what);
    exit(1);
}

static struct ycsb_job make_job(const struct ycsb_request *requests, size_t count)
{
    return (struct ycsb_job){.worker = &worker,
                             .table = table,
                             .requests = requests,
                             .count = count,
                             .group = group,
                             .first_new = items,
                             .free = &scans};
}

static void make_scans(void)
{
    struct ycsb_scan *all = bench_alloc(group, sizeof *all, "scans");
    for (size_t k = 0; k < group; k++) {
        all[k].next = scans;
        scans = &all[k];
    }
}

static void load(void)
{
    enum { BATCH = 1024 };
    static struct ycsb_request requests[BATCH * YCSB_OPERATIONS];
    for (size_t k = 0; k < BATCH * YCSB_OPERATIONS; k++)
        requests[k] =
            (struct ycsb_request){.kind = YCSB_INSERT, .is_new = true, .item = (int64_t)k};
    while (items < keys) {
        size_t count = (keys - items + YCSB_OPERATIONS - 1) / YCSB_OPERATIONS;
        struct ycsb_job job = make_job(requests, count < BATCH ? count : BATCH);
        ycsb_inlined.run(&job);
        if (job.has_failed)
            stop("no memory for the store");
        items += job.count * YCSB_OPERATIONS;
    }
    keys = items;
}

/* ---- The work -------------------------------------------------------------------------------- */

/* A workload with a spread. */
struct work {
    const struct workload *workload;
    unsigned spread;
    char name[32];
    struct ycsb_request *requests;
    size_t part; /* transactions */
    uint64_t answer[PARTS];
    uint64_t refused[VERSIONS], committed[VERSIONS];
    uint64_t modified;
};

static bool is_lookup(const struct workload *w)
{
    return w->letter == 'C';
}

static struct ycsb_request draw_request(const struct work *work, const struct zipf *zipf,
                                        uint64_t *inserted, uint64_t *state)
{
    const struct workload *w = work->workload;
    uint64_t percent = bench_below(state, 100), rank = 0;
    if (work->spread == ZIPF)
        rank = zipf_rank(zipf, state);
    struct ycsb_request r = {
        .item =
            (int64_t)(work->spread == ZIPF ? zipf_scramble(rank, keys) : bench_below(state, keys)),
        .length = 1 + bench_below(state, MOST_SCANNED),
        .kind = percent < w->probes                    ? YCSB_PROBE
                : (percent -= w->probes) < w->updates  ? YCSB_UPDATE
                : (percent -= w->updates) < w->inserts ? YCSB_INSERT
                : (percent -= w->inserts) < w->scans   ? YCSB_SCAN
                : (percent -= w->scans) < w->modifies  ? YCSB_MODIFY
                                                       : YCSB_READ,
    };
    if (r.kind == YCSB_INSERT || w->is_latest) {
        r.is_new = true;
        r.item = (int64_t)*inserted - (r.kind == YCSB_INSERT ? 0 : 1 + (int64_t)rank);
    }
    *inserted += r.kind == YCSB_INSERT;
    return r;
}

static void draw_work(struct work *work, const struct workload *workload, unsigned spread)
{
    struct zipf zipf = zipf_make((double)keys, 0.99);
    uint64_t state = (uint64_t)(workload - workloads) * SPREADS + spread + 1;
    *work = (struct work){.workload = workload, .spread = spread};
    work->part = transactions / workload->share / PARTS;
    snprintf(work->name, sizeof work->name, "%c%s, %s", workload->letter,
             workload->probes ? ", index alone" : "",
             workload->is_latest ? "latest" : (const char *[]){"uniform", "Zipf 0.99"}[spread]);
    work->requests =
        bench_alloc(PARTS * work->part * YCSB_OPERATIONS, sizeof *work->requests, "the requests");
    for (size_t part = 0; part < PARTS; part++) {
        uint64_t inserted = 0;
        for (size_t k = 0; k < work->part * YCSB_OPERATIONS; k++) {
            struct ycsb_request r = draw_request(work, &zipf, &inserted, &state);
            work->requests[part * work->part * YCSB_OPERATIONS + k] = r;
        }
    }
}

static struct ycsb_job some_of(const struct work *work, size_t part, size_t count)
{
    return make_job(work->requests + part * work->part * YCSB_OPERATIONS, count);
}

/* How many items a job has inserted. */
static uint64_t inserts_in(const struct ycsb_job *job)
{
    uint64_t count = 0;
    for (size_t k = 0; k < job->count * YCSB_OPERATIONS; k++)
        count += job->requests[k].kind == YCSB_INSERT;
    return count;
}

/* Whether all that can be known of a job is so. */
static bool is_right(const struct work *work, const struct ycsb_job *job, unsigned part)
{
    return !job->has_failed && job->tally.missing == 0 && job->tally.wrong == 0 &&
           (!is_lookup(work->workload) || job->tally.sum == work->answer[part]);
}

/* The versions go round the same transactions at the greatest distance from each other, so that
 * none finds in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    (void)turn;
    struct work *work = (struct work *)(uintptr_t)cell->context;
    unsigned v = cell->number;
    part = (part + PARTS / VERSIONS * v) % PARTS;
    struct ycsb_job job = some_of(work, part, work->part);
    versions[v].version->run(&job);
    if (work->workload->inserts > 0)
        items += inserts_in(&job);
    work->refused[v] += job.refused;
    work->committed[v] += job.count;
    work->modified += job.tally.modified;
    return is_right(work, &job, part);
}

static void sample(const struct bench_cell *cell, unsigned size)
{
    struct ycsb_job job = some_of(cell->context, 0, size * SAMPLE);
    job.group = group < SAMPLE ? group : SAMPLE;
    versions[cell->number].version->run(&job);
}

/* What is known of lookups before: the numbers of the items, and, of the index alone, what the
 * plain functions find. */
static void find_answers(struct work *work)
{
    for (unsigned part = 0; part < PARTS && is_lookup(work->workload); part++) {
        struct ycsb_job job = some_of(work, part, work->part);
        if (work->workload->probes > 0)
            ycsb_sequential.run(&job);
        else
            for (size_t k = 0; k < job.count * YCSB_OPERATIONS; k++)
                job.tally.sum += (2 * k + 1) * ycsb_first_number((uint64_t)job.requests[k].item);
        work->answer[part] = job.tally.sum;
    }
}

/* ---- Reports --------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* How long transactions take, from begin to commit with all that were refused. */
static void print_latencies(struct work *work)
{
    enum { COLUMNS = 5 };
    static const char *const columns[COLUMNS] = {"median", "90 %", "99 %", "99.9 %", "refused"};
    static const int decimals[COLUMNS] = {1, 1, 1, 1, 4};
    size_t count = PARTS * work->part;
    double *micros = bench_alloc(count, sizeof *micros, "latencies");
    bench_print_head("us per transaction", columns, COLUMNS);
    for (unsigned v = 0; v < VERSIONS; v++) {
        for (unsigned part = 0; part < PARTS; part++) {
            struct ycsb_job job = some_of(work, part, work->part);
            job.micros = micros + part * work->part;
            versions[v].version->run(&job);
            items += inserts_in(&job);
            work->refused[v] += job.refused;
            work->committed[v] += job.count;
            work->modified += job.tally.modified;
            if (!is_right(work, &job, part))
                stop("a wrong answer where latencies were taken");
        }
        qsort(micros, count, sizeof *micros, by_size);
        double values[COLUMNS] = {micros[count / 2], micros[count * 9 / 10],
                                  micros[count * 99 / 100], micros[count * 999 / 1000],
                                  (double)work->refused[v] / (double)work->committed[v]};
        bench_print_mixed_row(versions[v].name, values, decimals, COLUMNS);
    }
    free(micros);
}

/* Measures the works of a workload, one for each spread. False: a wrong answer. */
static bool measure(struct work *works, size_t count, const char **how)
{
    static struct bench_cell cells[SPREADS * VERSIONS];
    for (size_t k = 0; k < count * VERSIONS; k++) {
        const struct work *work = &works[k / VERSIONS];
        cells[k] = (struct bench_cell){.version = versions[k % VERSIONS].name,
                                       .setting = work->name,
                                       .run = run,
                                       .sample = sample,
                                       .context = work,
                                       .number = (unsigned)(k % VERSIONS),
                                       .parts = PARTS,
                                       .units = (double)(PARTS * work->part * YCSB_OPERATIONS),
                                       .sample_units = SAMPLE * YCSB_OPERATIONS,
                                       .instructions = -1};
    }
    if (!bench_measure(cells, count, VERSIONS, (unsigned)rounds))
        return false;
    if (counts)
        *how = bench_count_instructions(cells, count * VERSIONS);
    for (size_t w = 0; w < count; w++) {
        char title[64];
        snprintf(title, sizeof title, "%s, CPU ns/operation", works[w].name);
        bench_print_versions(title, &cells[w * VERSIONS], VERSIONS, SEQUENTIAL, "/sequ.",
                             (unsigned)rounds);
        print_latencies(&works[w]);
    }
    return true;
}

/* All there is: each item, each with its own value, and the sum of their numbers. */
static uint64_t add_all_up(void)
{
    struct ycsb_job job = make_job(NULL, 0);
    ycsb_sequential.add_up(&job);
    if (job.tally.scanned != items || job.tally.wrong != 0)
        stop("records are lost, or not the right ones");
    return job.tally.sum;
}

static bool measure_workload(const struct workload *workload, const char **how)
{
    struct work works[SPREADS];
    size_t count = workload->is_latest ? 1 : SPREADS;
    uint64_t before = workload->modifies ? add_all_up() : 0, added = 0;
    for (unsigned w = 0; w < count; w++) {
        draw_work(&works[w], workload, workload->is_latest ? ZIPF : w);
        find_answers(&works[w]);
    }
    if (!measure(works, count, how))
        return false;
    for (unsigned w = 0; w < count; w++) {
        added += works[w].modified;
        free(works[w].requests);
    }
    if (workload->modifies && add_all_up() != before + added)
        stop("an addition is lost");
    fflush(stdout);
    return true;
}

int main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 1000, "times that everything is measured"},
        {"--keys", &keys, 1000, 1 << 30, "keys that are loaded"},
        {"--transactions", &transactions, 2 * SAMPLE * PARTS * 16, 1 << 24,
         "transactions of 10 operations in a round; E has a sixteenth"},
        {"--group", &group, 1, 4096, "transactions in flight at a time"},
        {"--instructions", &counts, 0, 1, "1: count them, which may take minutes"},
    };
    static const struct bench_text_option texts[] = {
        {"--workloads", &letters, "LETTERS", "which of A to F, in the order of CBADEF"},
    };
    bench_parse_texts(argc, argv,
                      "ycsb: transactions of YCSB on a store of many versions, in layers of "
                      "coroutines.\nExit status 1: a wrong answer.",
                      options, sizeof options / sizeof *options, texts, 1);

    bench_print_machine();
    double start = bench_now();
    if (store_init(&store, &pool_memory) != 0 || !(table = store_add_table(&store, NULL, 0)))
        stop("no memory for the store");
    if (store_join(&store, &worker) != 0)
        stop("no worker");
    make_scans();
    load();
    printf("ycsb: %llu keys of %d bytes, values of %zu, in %zu MiB; %.0f MiB of the process in "
           "huge pages\n",
           (unsigned long long)keys, YCSB_KEY, sizeof(struct ycsb_value), pool_used() >> 20,
           bench_huge_mib());
    printf("work: %llu transactions of %d operations, %llu in flight; %llu rounds; loaded in %.1f "
           "s\n",
           (unsigned long long)transactions, YCSB_OPERATIONS, (unsigned long long)group,
           (unsigned long long)rounds, bench_now() - start);
    fflush(stdout);

    const char *how = "which were not counted";
    for (unsigned k = 0; k < WORKLOADS; k++)
        if (strchr(letters, workloads[k].letter) && !measure_workload(&workloads[k], &how))
            return 1;
    bench_print_versions_key("/sequ.", "sequential", "operation", how);
    puts("  (us per transaction: of all but the rounds, by the clock; refused: conflicts per\n"
         "  transaction, in the rounds, too)");
    add_all_up();
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
