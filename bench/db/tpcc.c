/* tpcc.c: New-Order, Payment, Order-Status and Stock-Level of TPC-C on the store, in their mix and
 * each alone: sequential, nested and linked, nested and inlined, and flattened by hand. */
#include "tpcc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness.h"
#include "pool.h"

enum version { SEQUENTIAL, LINKED, INLINED, TWO_LEVEL, VERSIONS };

static const struct {
    const char *name;
    const struct tpcc_version *version;
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &tpcc_sequential},
    [LINKED] = {"nested, linked", &tpcc_linked},
    [INLINED] = {"nested, inlined", &tpcc_inlined},
    [TWO_LEVEL] = {"two-level by hand", &tpcc_two_level},
};

enum {
    MIX = TPCC_KINDS, /* a work like the kinds alone */
    WORKS,
    PARTS = 16,     /* that the transactions are cut into */
    ROOM = 16 << 20 /* bytes; more than a part by default allocates */
};

/* One of so many transactions is done alone; and how many are in a sample of the instructions. The
 * instructions of the mix are known from its kinds, which have these parts in it. */
static const struct {
    unsigned share, sample, in_mix;
} plans[WORKS] = {
    [TPCC_NEW] = {4, 4, 45},   [TPCC_PAYMENT] = {2, 8, 43}, [TPCC_STATUS] = {4, 8, 4},
    [TPCC_LEVEL] = {64, 1, 4}, [MIX] = {1, 4, 0},
};

static uint64_t rounds = 7, transactions = 1 << 14, group = 16, gated = 1, counts = 1;
static uint64_t warehouses = 8, customers = TPCC_MOST_CUSTOMERS, items = TPCC_MOST_ITEMS;

static struct tpcc db;
static struct store_worker worker;
static struct gates gates;
static struct tpcc_task *tasks;
static uint64_t history;
static struct tpcc_tally all; /* of all that was committed */

static struct work {
    struct tpcc_request *requests;
    size_t part; /* transactions */
    struct tpcc_tally expected[PARTS];
    uint64_t refused[VERSIONS][TPCC_KINDS], waited[VERSIONS][TPCC_KINDS];
    uint64_t done[VERSIONS][TPCC_KINDS];
} works[WORKS];

static void stop(const char *what)
{
    fprintf(stderr, "tpcc: %s\n", what);
    exit(1);
}

/* ---- The work -------------------------------------------------------------------------------- */

static void draw_work(unsigned w)
{
    struct work *work = &works[w];
    uint64_t state = w;
    work->part = transactions / plans[w].share / PARTS;
    work->requests = bench_alloc(PARTS * work->part, sizeof *work->requests, "the requests");
    for (size_t k = 0; k < PARTS * work->part; k++) {
        work->requests[k] = tpcc_draw(&db.scale, w, &state);
        tpcc_expect(&work->expected[k / work->part], &db.scale, &work->requests[k]);
    }
}

static struct tpcc_job some_of(const struct work *work, unsigned v, size_t part, size_t count)
{
    return (struct tpcc_job){.db = &db,
                             .worker = &worker,
                             .requests = work->requests + part * work->part,
                             .count = count,
                             .group = group,
                             .free = &tasks,
                             .gates = gated && v != SEQUENTIAL ? &gates : NULL,
                             .history = &history,
                             .date = 2};
}

/* False: what was committed isn't what was known before. */
static bool run_part(struct work *work, unsigned v, unsigned part, double *micros)
{
    struct tpcc_job job = some_of(work, v, part, work->part);
    job.micros = micros;
    versions[v].version->run(&job);
    tpcc_add_tally(&all, &job.tally);
    for (unsigned k = 0; k < TPCC_KINDS; k++) {
        work->refused[v][k] += job.refused[k];
        work->waited[v][k] += job.waited[k];
        work->done[v][k] += job.tally.done[k] + (k == TPCC_NEW ? job.tally.rolled_back : 0);
    }
    return !job.has_failed && tpcc_is_expected(&job.tally, &work->expected[part]);
}

/* The versions go round the same transactions at the greatest distance from each other, so that
 * none finds in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    (void)turn;
    struct work *work = (struct work *)(uintptr_t)cell->context;
    return run_part(work, cell->number, (part + PARTS / VERSIONS * cell->number) % PARTS, NULL);
}

/* Whoever comes first to a page would wait for it, and not always the same version. */
static bool make_room(const struct bench_cell *cell)
{
    (void)cell;
    pool_touch(ROOM);
    return true;
}

static void sample(const struct bench_cell *cell, unsigned size)
{
    const struct work *work = cell->context;
    store_keep_garbage(&worker);
    struct tpcc_job job = some_of(work, cell->number, 0, size * plans[work - works].sample);
    versions[cell->number].version->run(&job);
}

/* ---- Reports --------------------------------------------------------------------------------- */

/* All there is, with each version's own scans. */
static void audit(unsigned v)
{
    struct tpcc_totals totals;
    const char *wrong = tpcc_audit(&db, versions[v].version, &worker, &totals);
    if (wrong)
        stop(wrong);
    if (!tpcc_agrees(&totals, &all))
        stop("what is there isn't what was committed");
}

/* How long the mix's transactions take, from when they could begin to commit with all that were
 * refused; by version, then by kind. After each version, everything is checked. */
static void take_latencies(double *micros[VERSIONS])
{
    struct work *mix = &works[MIX];
    for (unsigned v = 0; v < VERSIONS; v++) {
        micros[v] = bench_alloc(PARTS * mix->part, sizeof **micros, "latencies");
        for (unsigned part = 0; part < PARTS; part++) {
            pool_touch(ROOM);
            if (!run_part(mix, v, part, micros[v] + part * mix->part))
                stop("a wrong answer where latencies were taken");
        }
        audit(v);
    }
}

static void print_latencies(void)
{
    enum { COLUMNS = 6 };
    static const char *const columns[COLUMNS] = {"median", "90 %",   "99 %",
                                                 "99.9 %", "waited", "refused"};
    static const int decimals[COLUMNS] = {1, 1, 1, 1, 4, 4};
    const struct work *mix = &works[MIX];
    size_t all_of_them = PARTS * mix->part;
    double *micros[VERSIONS];
    double *chosen = bench_alloc(all_of_them, sizeof *chosen, "latencies");
    take_latencies(micros);
    for (unsigned kind = 0; kind < TPCC_KINDS; kind++) {
        char title[64];
        snprintf(title, sizeof title, "in the mix, us per %s", tpcc_kind_names[kind]);
        bench_print_head(title, columns, COLUMNS);
        for (unsigned v = 0; v < VERSIONS; v++) {
            size_t count = 0;
            for (size_t k = 0; k < all_of_them; k++)
                if (mix->requests[k].kind == kind)
                    chosen[count++] = micros[v][k];
            double done = (double)mix->done[v][kind];
            double values[COLUMNS] = {[BENCH_PERCENTILES] = (double)mix->waited[v][kind] / done,
                                      (double)mix->refused[v][kind] / done};
            bench_percentiles(chosen, count, values);
            bench_print_mixed_row(versions[v].name, values, decimals, COLUMNS);
        }
    }
    for (unsigned v = 0; v < VERSIONS; v++)
        free(micros[v]);
    free(chosen);
}

/* Where the processor doesn't count, those of the kinds, by their shares. */
static void derive_instructions(struct bench_cell cells[WORKS][VERSIONS])
{
    for (unsigned v = 0; v < VERSIONS; v++) {
        double sum = 0, parts = 0;
        for (unsigned kind = 0; kind < TPCC_KINDS; kind++) {
            if (cells[kind][v].instructions < 0)
                return;
            sum += plans[kind].in_mix * cells[kind][v].instructions;
            parts += plans[kind].in_mix;
        }
        if (cells[MIX][v].instructions < 0)
            cells[MIX][v].instructions = sum / parts;
    }
}

/* False: a wrong answer. */
static bool measure(void)
{
    static struct bench_cell cells[WORKS][VERSIONS];
    const char *how = "which were not counted";
    for (unsigned w = 0; w < WORKS; w++)
        for (unsigned v = 0; v < VERSIONS; v++)
            cells[w][v] = (struct bench_cell){.version = versions[v].name,
                                              .setting = w == MIX ? "mix" : tpcc_kind_names[w],
                                              .run = run,
                                              .check = make_room,
                                              .sample = sample,
                                              .context = &works[w],
                                              .number = v,
                                              .parts = PARTS,
                                              .units = (double)(PARTS * works[w].part),
                                              .sample_units = plans[w].sample,
                                              .instructions = -1};
    pool_touch(ROOM);
    if (!bench_measure(*cells, WORKS, VERSIONS, (unsigned)rounds))
        return false;
    if (counts) {
        how = bench_count_instructions(*cells, TPCC_KINDS * VERSIONS);
        derive_instructions(cells);
    }
    for (unsigned w = WORKS; w-- > 0;) {
        char title[64];
        snprintf(title, sizeof title, "%s, CPU ns/transaction",
                 w == MIX ? "mix" : tpcc_kind_names[w]);
        bench_print_versions(title, cells[w], VERSIONS, SEQUENTIAL, "/sequ.", (unsigned)rounds);
    }
    print_latencies();
    bench_print_versions_key("/sequ.", "sequential", "transaction", how);
    puts("  (us per transaction: by the clock; waited: transactions that began later, as another\n"
         "  one of the same home was under way; refused: conflicts per transaction; instr. of "
         "kinds,\n"
         "  where they are single-stepped: without the collection of garbage)");
    return true;
}

int main(int argc, char **argv)
{
    static const struct bench_option options[] = {
        {"--rounds", &rounds, 1, 1000, "times that everything is measured"},
        {"--warehouses", &warehouses, 1, TPCC_MOST_WAREHOUSES, "of some 120 MiB each"},
        {"--customers", &customers, 10, TPCC_MOST_CUSTOMERS, "of each of 10 districts"},
        {"--items", &items, 20, TPCC_MOST_ITEMS, "that there are, each in each warehouse"},
        {"--transactions", &transactions, 64 * PARTS, 1 << 24,
         "of the mix in a round; alone, kinds have half or less"},
        {"--group", &group, 1, 4096, "transactions in flight at a time"},
        {"--gated", &gated, 0, 1, "0: those under way may have the same home"},
        {"--instructions", &counts, 0, 1, "1: count them, which may take minutes"},
    };
    bench_parse(argc, argv,
                "tpcc: transactions of TPC-C on a store of many versions, in layers of "
                "coroutines.\nExit status 1: a wrong answer.",
                options, sizeof options / sizeof *options);

    bench_print_machine();
    double start = bench_now();
    const struct tpcc_scale scale = {(unsigned)warehouses, (unsigned)customers, (unsigned)items};
    if (tpcc_init(&db, &scale, &pool_memory) != 0 || store_join(&db.store, &worker) != 0 ||
        !tpcc_load(&db, &tpcc_inlined, &worker))
        stop("no memory for the store");
    history = (uint64_t)1 << 48;
    tasks = bench_alloc(group, sizeof *tasks, "tasks");
    for (size_t k = 1; k < group; k++)
        tasks[k - 1].next = &tasks[k];
    for (unsigned w = 0; w < WORKS; w++)
        draw_work(w);
    audit(SEQUENTIAL);
    printf("tpcc: %u warehouses, %u customers a district, %u items, in %zu MiB; %.0f MiB of the "
           "process in huge pages\n",
           scale.warehouses, scale.customers, scale.items, pool_used() >> 20, bench_huge_mib());
    printf("work: %llu transactions, %llu in flight%s; %llu rounds; loaded in %.1f s\n",
           (unsigned long long)transactions, (unsigned long long)group,
           gated ? ", no two that write one home" : "", (unsigned long long)rounds,
           bench_now() - start);
    fflush(stdout);
    if (!measure())
        return 1;
    printf("all answers right, all conditions met, in %zu MiB; %.0f s in all\n", pool_used() >> 20,
           bench_now() - start);
    return 0;
}
