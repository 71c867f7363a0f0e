/* ycsb.c: YCSB's workloads A to F (Cooper et al., SoCC 2010) on the store: sequential, nested and
 * linked, nested and inlined, in two levels by hand; and lookups as a state machine by hand. */
#include "ycsb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../zipf.h"
#include "pool.h"

enum version { SEQUENTIAL, LINKED, INLINED, TWO_LEVEL, AMAC, VERSIONS };

static const struct {
    const char *name;
    const struct ycsb_version *version;
} versions[VERSIONS] = {
    [SEQUENTIAL] = {"sequential", &ycsb_sequential},
    [LINKED] = {"nested, linked", &ycsb_linked},
    [INLINED] = {"nested, inlined", &ycsb_inlined},
    [TWO_LEVEL] = {"two-level by hand", &ycsb_two_level},
    [AMAC] = {"AMAC by hand", &ycsb_amac},
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
    PARTS = 16,         /* that the transactions are cut into */
    ROOM = 16 << 20,    /* bytes; more than a part by default allocates, of all threads */
    SAMPLE = 2,         /* transactions in a sample of the instructions */
    MOST_SCANNED = 100, /* records */
    MOST_THREADS = 256,
    /* That a key takes at most: a version; two slots of records; and its part of a border node that
     * is half full, and of those above. */
    KEY_BYTES = 136,
};

static uint64_t rounds = 7, keys = 1 << 23, transactions = 1 << 14, group = 16, gated = 1,
                counts = 1, thread_count = 1;
static const char *letters = "CBADEF", *log_path;

static struct store store;
static struct log durable;
static struct store_table *table;
static uint64_t items; /* that there are: those below */

static void stop(const char *what)
{
    fprintf(stderr, "ycsb: %s\n", what);
    exit(1);
}

static void stop_for_log(int error)
{
    fprintf(stderr, "ycsb: the log %s: %s\n", log_path, strerror(error));
    exit(1);
}

/* ---- Threads --------------------------------------------------------------------------------- */

/* Each has a worker of its own, and does its part of a job. The first one is the program's. */
static struct thread {
    pthread_t handle;
    struct store_worker worker;
    struct ycsb_scan *scans;
    struct gates gates;
    struct ycsb_job job;
} threads[MOST_THREADS];

/* The others wait here for a job to start, and the first one for them to end. */
static pthread_barrier_t start_line, end_line;
static const struct ycsb_version *running; /* NULL: there will be none */

static struct ycsb_job make_job(const struct ycsb_request *requests, size_t count)
{
    return (struct ycsb_job){.worker = &threads->worker,
                             .table = table,
                             .requests = requests,
                             .count = count,
                             .group = group,
                             .first_new = items,
                             .free = &threads->scans};
}

static void *help(void *argument)
{
    struct thread *thread = argument;
    for (;;) {
        pool_touch(ROOM / thread_count);
        pthread_barrier_wait(&start_line);
        if (!running)
            return NULL;
        running->run(&thread->job);
        pthread_barrier_wait(&end_line);
    }
}

static void add_outcome(struct ycsb_job *to, const struct ycsb_job *part)
{
    ycsb_add_tally(&to->tally, &part->tally);
    to->waited += part->waited;
    to->refused += part->refused;
    if (part->failed != STORE_OK)
        to->failed = part->failed;
}

/* Where one goes after the other, nobody is in the way. */
static struct gates *gates_for(const struct ycsb_version *version, struct thread *thread)
{
    return gated && version != &ycsb_sequential ? &thread->gates : NULL;
}

/* Does a job by all threads. */
static void run_job(const struct ycsb_version *version, struct ycsb_job *job)
{
    for (size_t t = 0; t < thread_count; t++) {
        size_t first = job->count * t / thread_count, end = job->count * (t + 1) / thread_count;
        threads[t].job = *job;
        threads[t].job.worker = &threads[t].worker;
        threads[t].job.free = &threads[t].scans;
        threads[t].job.gates = gates_for(version, &threads[t]);
        threads[t].job.first = job->first + first;
        threads[t].job.count = end - first;
    }
    running = version;
    pthread_barrier_wait(&start_line);
    version->run(&threads->job);
    pthread_barrier_wait(&end_line);
    for (size_t t = 0; t < thread_count; t++)
        add_outcome(job, &threads[t].job);
    if (job->failed == STORE_NO_MEMORY)
        stop("no memory for the store");
    if (job->failed == STORE_NOT_LOGGED)
        stop_for_log(durable.error);
}

static void join_store(void)
{
    for (size_t t = 0; t < thread_count; t++)
        if (store_join(&store, &threads[t].worker) != 0)
            stop("no worker");
}

static void leave_store(void)
{
    for (size_t t = 0; t < thread_count; t++)
        store_leave(&threads[t].worker);
}

static void start_threads(void)
{
    if (pthread_barrier_init(&start_line, NULL, (unsigned)thread_count) != 0 ||
        pthread_barrier_init(&end_line, NULL, (unsigned)thread_count) != 0)
        stop("no barrier");
    for (size_t t = 0; t < thread_count; t++) {
        struct ycsb_scan *all = bench_alloc(group, sizeof *all, "scans");
        for (size_t k = 0; k < group; k++) {
            all[k].next = threads[t].scans;
            threads[t].scans = &all[k];
        }
        if (t > 0 && pthread_create(&threads[t].handle, NULL, help, &threads[t]) != 0)
            stop("no thread");
    }
}

static void end_threads(void)
{
    running = NULL;
    pthread_barrier_wait(&start_line);
    for (size_t t = 1; t < thread_count; t++)
        pthread_join(threads[t].handle, NULL);
}

/* ---- Loading --------------------------------------------------------------------------------- */

static void check_memory(void)
{
    double wanted = (double)keys * KEY_BYTES / 1048576, free_mib = bench_free_mib();
    if (wanted <= free_mib)
        return;
    fprintf(stderr, "ycsb: %llu keys may take %.0f MiB, and %.0f MiB are free: try fewer --keys\n",
            (unsigned long long)keys, wanted, free_mib);
    exit(1);
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
        run_job(&ycsb_inlined, &job);
        items += job.count * YCSB_OPERATIONS;
    }
    keys = items;
}

/* ---- The log --------------------------------------------------------------------------------- */

/* What is in it is not the benchmark's to do again. One that can be made is made when it is opened.
 */
static void check_log(void)
{
    struct stat status;
    int file = open(log_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool is_new = file >= 0;
    if (!is_new && errno == EEXIST)
        file = open(log_path, O_RDWR | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0 || (is_new && unlink(log_path) != 0))
        stop_for_log(errno);
    close(file);
    if (status.st_size != 0)
        stop_for_log(EEXIST);
}

/* Behind the loading, which isn't in it. */
static void open_log(void)
{
    leave_store();
    int error = store_open_log(&store, &durable, log_path, &log_io_of_c, &store_sequential);
    if (error != 0)
        stop_for_log(error);
    join_store();
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
    uint64_t waited[VERSIONS], refused[VERSIONS], committed[VERSIONS], syncs[VERSIONS];
    uint64_t modified;
};

static bool is_lookup(const struct workload *w)
{
    return w->letter == 'C';
}

/* The last one can only look up. */
static size_t versions_for(const struct workload *w)
{
    return is_lookup(w) ? VERSIONS : VERSIONS - 1;
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
    return job->failed == STORE_OK && job->tally.missing == 0 && job->tally.wrong == 0 &&
           (!is_lookup(work->workload) || job->tally.sum == work->answer[part]);
}

/* False: a wrong answer. */
static bool run_part(struct work *work, unsigned v, unsigned part, double *micros)
{
    struct ycsb_job job = some_of(work, part, work->part);
    uint64_t syncs = durable.syncs;
    job.micros = micros;
    run_job(versions[v].version, &job);
    if (work->workload->inserts > 0)
        items += inserts_in(&job);
    work->waited[v] += job.waited;
    work->refused[v] += job.refused;
    work->committed[v] += job.count;
    work->syncs[v] += durable.syncs - syncs;
    work->modified += job.tally.modified;
    return is_right(work, &job, part);
}

/* The versions go round the same transactions at the greatest distance from each other, so that
 * none finds in the cache what another has just touched. */
static bool run(const struct bench_cell *cell, unsigned turn, unsigned part)
{
    (void)turn;
    struct work *work = (struct work *)(uintptr_t)cell->context;
    unsigned v = cell->number;
    part = (part + PARTS / VERSIONS * v) % PARTS;
    return run_part(work, v, part, NULL);
}

/* Whoever comes first to a page would wait for it, and not always the same version. */
static bool make_room(const struct bench_cell *cell)
{
    (void)cell;
    pool_touch(ROOM / thread_count);
    return true;
}

static void sample(const struct bench_cell *cell, unsigned size)
{
    store_keep_garbage(&threads->worker);
    struct ycsb_job job = some_of(cell->context, 0, size * SAMPLE);
    job.group = group < SAMPLE ? group : SAMPLE;
    job.gates = gates_for(versions[cell->number].version, threads);
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

/* Of millions of operations a second, by all threads; and how long transactions take, from begin to
 * commit with all that were refused. */
static void print_latencies(struct work *work, const struct bench_cell *cells)
{
    enum { COLUMNS = 8 };
    static const char *const columns[COLUMNS] = {"median", "90 %",   "99 %",    "99.9 %",
                                                 "M op/s", "waited", "refused", "fdatasync"};
    static const int decimals[COLUMNS] = {1, 1, 1, 1, 3, 4, 4, 4};
    size_t shown = log_path ? COLUMNS : COLUMNS - 1;
    size_t count = PARTS * work->part;
    double *micros = bench_alloc(count, sizeof *micros, "latencies");
    bench_print_head("us per transaction", columns, shown);
    for (unsigned v = 0; v < versions_for(work->workload); v++) {
        for (unsigned part = 0; part < PARTS; part++) {
            pool_touch(ROOM / thread_count);
            if (!run_part(work, v, part, micros + part * work->part))
                stop("a wrong answer where latencies were taken");
        }
        double committed = (double)work->committed[v];
        double values[COLUMNS] = {[BENCH_PERCENTILES] = 1000 / cells[v].median,
                                  (double)work->waited[v] / committed,
                                  (double)work->refused[v] / committed,
                                  (double)work->syncs[v] / committed};
        bench_percentiles(micros, count, values);
        bench_print_mixed_row(versions[v].name, values, decimals, shown);
    }
    free(micros);
}

/* Whether a thread's own time says too little: there are others, or it waits for the disk. */
static bool is_by_the_clock(void)
{
    return thread_count > 1 || log_path;
}

/* Measures the works of a workload, one for each spread. False: a wrong answer. */
static bool measure(struct work *works, size_t count, const char **how)
{
    static struct bench_cell cells[SPREADS * VERSIONS];
    size_t among = versions_for(works->workload);
    for (size_t k = 0; k < count * among; k++) {
        const struct work *work = &works[k / among];
        cells[k] = (struct bench_cell){.version = versions[k % among].name,
                                       .setting = work->name,
                                       .run = run,
                                       .check = make_room,
                                       .sample = sample,
                                       .context = work,
                                       .number = (unsigned)(k % among),
                                       .parts = PARTS,
                                       .by_the_clock = is_by_the_clock(),
                                       .units = (double)(PARTS * work->part * YCSB_OPERATIONS),
                                       .sample_units = SAMPLE * YCSB_OPERATIONS,
                                       .instructions = -1};
    }
    pool_touch(ROOM / thread_count);
    if (!bench_measure(cells, count, among, (unsigned)rounds))
        return false;
    if (counts && !log_path)
        *how = bench_count_instructions(cells, count * among);
    for (size_t w = 0; w < count; w++) {
        char title[64];
        snprintf(title, sizeof title, "%s, %s ns/operation", works[w].name,
                 is_by_the_clock() ? "elapsed" : "CPU");
        bench_print_versions(title, &cells[w * among], among, SEQUENTIAL, "/sequ.",
                             (unsigned)rounds);
        print_latencies(&works[w], &cells[w * among]);
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
        {"--group", &group, 1, 4096, "transactions in flight at a time, of each thread"},
        {"--gated", &gated, 0, 1, "0: those of one thread may write the same key"},
        {"--threads", &thread_count, 1, MOST_THREADS, "threads that share the transactions"},
        {"--instructions", &counts, 0, 1, "1: count them, which may take minutes"},
    };
    static const struct bench_text_option texts[] = {
        {"--workloads", &letters, "LETTERS", "which of A to F, in the order of CBADEF"},
        {"--log", &log_path, "FILE",
         "a new one, or an empty one: commits wait until they last there; instructions aren't "
         "counted"},
    };
    bench_parse_texts(argc, argv,
                      "ycsb: transactions of YCSB on a store of many versions, in layers of "
                      "coroutines.\nExit status 1: a wrong answer, or a failure.",
                      options, sizeof options / sizeof *options, texts,
                      sizeof texts / sizeof *texts);

    if (log_path)
        check_log();
    check_memory();
    bench_print_machine();
    double start = bench_now();
    if (store_init(&store, &pool_memory) != 0 || !(table = store_add_table(&store, NULL, 0)))
        stop("no memory for the store");
    join_store();
    start_threads();
    load();
    printf("ycsb: %llu keys of %d bytes, values of %zu, in %zu MiB; %.0f MiB of the process in "
           "huge pages\n",
           (unsigned long long)keys, YCSB_KEY, sizeof(struct ycsb_value), pool_used() >> 20,
           bench_huge_mib());
    printf("work: %llu transactions of %d operations, %llu in flight in each of %llu threads%s; "
           "%llu rounds; loaded in %.1f s\n",
           (unsigned long long)transactions, YCSB_OPERATIONS, (unsigned long long)group,
           (unsigned long long)thread_count, gated ? ", no two that write one key" : "",
           (unsigned long long)rounds, bench_now() - start);
    fflush(stdout);
    if (log_path)
        open_log();

    const char *how = "which were not counted";
    for (unsigned k = 0; k < WORKLOADS; k++)
        if (strchr(letters, workloads[k].letter) && !measure_workload(&workloads[k], &how))
            return 1;
    bench_print_versions_key("/sequ.", "sequential", "operation", how);
    puts("  (us per transaction: of all but the rounds, by the clock; M op/s: of the rounds, in\n"
         "  millions, by all threads; waited: transactions that began later, as another one of "
         "the\n"
         "  same thread was to write the same; refused: conflicts per transaction; both in the "
         "rounds, too)");
    add_all_up();
    end_threads();
    if (log_path)
        printf("log: %llu fdatasyncs, %.1f MiB in %s\n", (unsigned long long)durable.syncs,
               (double)durable.end / 1048576, log_path);
    printf("all answers right; %.0f s in all\n", bench_now() - start);
    return 0;
}
