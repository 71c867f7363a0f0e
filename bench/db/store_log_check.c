/* store_log_check.c: what one version of the store has logged, after writes that fail, in files
 * that are torn or damaged, and after the process was killed.
 *
 *     store_log_check FILE           the first three
 *     store_log_check FILE killed    the last one
 *
 * FILE is a log, which is made and removed. Says the same for all versions. Exit status 1:
 * something is wrong. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crc32c.h"
#include "store_record.h"

#ifndef VERSION
#define VERSION store_inlined
#endif
#include "check_masstree.h"

static const char *path;

/* ---- Writing that fails ---------------------------------------------------------------------- */

enum failure { NO_FAILURE, FULL, BROKEN, SHORT, UNSYNCED, UNSYNCED_FOR_GOOD, FAILURES };

static const char *const failures[FAILURES] = {
    "none", "disk full", "error", "half written", "fdatasync fails", "and so does all else"};

static struct {
    enum failure failure;
    unsigned calls; /* of write and sync until it fails; 0: none does */
    bool has_failed;
    unsigned refused; /* programs of which something was refused */
} io;

static bool fails_now(void)
{
    bool fails = io.calls > 0 && --io.calls == 0;
    io.has_failed |= fails;
    return fails;
}

static ssize_t write_or_fail(void *context, int file, const void *bytes, size_t length, off_t at)
{
    (void)context;
    bool fails = fails_now();
    if (fails && io.failure == SHORT)
        return pwrite(file, bytes, (length + 1) / 2, at);
    if (fails && (io.failure == FULL || io.failure == BROKEN)) {
        if (pwrite(file, bytes, length / 2, at) < 0)
            return -1;
        errno = io.failure == FULL ? ENOSPC : EIO;
        return -1;
    }
    return pwrite(file, bytes, length, at);
}

static int sync_or_fail(void *context, int file)
{
    (void)context, (void)file;
    bool fails = fails_now() && (io.failure == UNSYNCED || io.failure == UNSYNCED_FOR_GOOD);
    errno = EIO;
    return fails ? -1 : 0;
}

static int truncate_or_fail(void *context, int file, off_t length)
{
    (void)context;
    errno = EIO;
    return io.has_failed && io.failure == UNSYNCED_FOR_GOOD ? -1 : ftruncate(file, length);
}

static const struct log_io failing = {write_or_fail, sync_or_fail, truncate_or_fail, NULL};

/* ---- A store with a log ---------------------------------------------------------------------- */

struct logged {
    struct store store;
    struct log log;
    struct store_table *table;
    struct store_worker worker;
};

static const struct db_memory memory = DB_MEMORY_OF_C;

static void open_store(struct logged *s, const struct log_io *by)
{
    expect(store_init(&s->store, &memory) == 0, "store_init");
    s->table = store_add_table(&s->store, NULL, 0);
    expect(s->table != NULL, "store_add_table");
    expect(store_open_log(&s->store, &s->log, path, by, &VERSION) == 0, "store_open_log");
    expect(store_join(&s->store, &s->worker) == 0, "store_join");
}

static void close_store(struct logged *s)
{
    store_leave(&s->worker);
    store_destroy(&s->store);
    log_close(&s->log);
}

/* Thread t's transactions are numbered; number n inserts the keys (t, n, 0) and (t, n, 1), and adds
 * 1 to the counter of its slot, (t, n % SLOTS, 2). */
enum { SLOTS = 5, THREADS = 2, KEY = 8 };

static void write_key(unsigned char *key, unsigned thread, uint64_t n, unsigned kind)
{
    key[0] = (unsigned char)thread;
    key[1] = (unsigned char)kind;
    for (int k = 0; k < 6; k++)
        key[2 + k] = (unsigned char)(n >> 8 * (5 - k));
}

struct counted {
    struct store_transaction transaction;
    struct store_operation operation[3];
    unsigned char key[3][KEY];
    uint64_t number;
};

static void make_transaction(struct counted *c, struct logged *s, unsigned thread, uint64_t n)
{
    c->number = n;
    for (unsigned k = 0; k < 3; k++) {
        write_key(c->key[k], thread, k == 2 ? n % SLOTS : n, k);
        c->operation[k] = (struct store_operation){.kind = k == 2 ? STORE_ADD : STORE_INSERT,
                                                   .table = s->table,
                                                   .key = {c->key[k], KEY},
                                                   .value = &c->number,
                                                   .length = sizeof c->number,
                                                   .number = 1};
    }
    if (n < SLOTS) { /* there is no counter yet */
        c->number = 1;
        c->operation[2].kind = STORE_INSERT;
    }
    c->transaction = (struct store_transaction){.operations = c->operation, .count = 3};
}

/* Reads in a transaction. False: there is nothing, and the number is 0. */
static bool find_number(struct logged *s, struct store_txn *txn, unsigned thread, uint64_t n,
                        unsigned kind, uint64_t *number)
{
    unsigned char key[KEY];
    write_key(key, thread, n, kind);
    struct store_operation get = {
        .kind = STORE_GET, .table = s->table, .key = {key, KEY}, .index = -1};
    bool is_there = VERSION.operate(txn, &get) == STORE_OK;
    *number = is_there ? get.number : 0;
    return is_there;
}

/* How many transactions of a slot there are: all of each, and none behind. */
static uint64_t count_slot(struct logged *s, unsigned thread, unsigned slot)
{
    epoch_pin(&s->worker.epoch);
    struct store_txn *txn = store_begin(&s->worker);
    expect(txn != NULL, "store_begin");
    uint64_t count, number;
    find_number(s, txn, thread, slot, 2, &count);
    for (uint64_t k = 0; k < count + 4; k++)
        for (unsigned kind = 0; kind < 2; kind++)
            expect(find_number(s, txn, thread, k * SLOTS + slot, kind, &number) == (k < count),
                   "a transaction is there in parts");
    expect(VERSION.commit(txn) == STORE_OK, "a look");
    epoch_unpin(&s->worker.epoch);
    return count;
}

/* Runs some transactions, of different slots, and adds up those that were acknowledged. */
static void run_batch(struct logged *s, struct store_worker *worker, unsigned thread,
                      uint64_t *acknowledged)
{
    struct counted c[SLOTS];
    struct store_transaction transactions[SLOTS];
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        make_transaction(&c[slot], s, thread, acknowledged[slot] * SLOTS + slot);
        transactions[slot] = c[slot].transaction;
    }
    VERSION.run(&(struct store_job){
        .worker = worker, .transactions = transactions, .count = SLOTS, .group = SLOTS});
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        enum store_status status = transactions[slot].status;
        expect(status == STORE_OK || status == STORE_NOT_LOGGED, "a status");
        acknowledged[slot] += status == STORE_OK;
    }
}

/* ---- Failures -------------------------------------------------------------------------------- */

enum { BATCHES = 5 };

/* Who reads what was not logged isn't told that it is committed. */
static void look_at_lost(struct logged *s, const uint64_t *acknowledged)
{
    unsigned found = 0;
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        epoch_pin(&s->worker.epoch);
        struct store_txn *txn = store_begin(&s->worker);
        expect(txn != NULL, "store_begin");
        uint64_t number;
        bool is_there = find_number(s, txn, 0, acknowledged[slot] * SLOTS + slot, 0, &number);
        enum store_status wanted = is_there ? STORE_NOT_LOGGED : STORE_OK;
        expect(VERSION.commit(txn) == wanted, "who reads what is not logged");
        epoch_unpin(&s->worker.epoch);
        found += is_there;
    }
    expect(found > 0, "what is not logged can be seen");
}

/* Fails at one call; false: there are fewer. Nothing that was acknowledged is lost; what was not
 * isn't there, but where the log could not even be cut. */
static bool fail_at(enum failure failure, unsigned call)
{
    struct logged s;
    uint64_t acknowledged[SLOTS] = {0};
    unlink(path);
    io.failure = failure;
    io.calls = 0;
    io.has_failed = false;
    open_store(&s, &failing);
    io.calls = call;
    bool has_refused = false;
    for (unsigned batch = 0; batch < BATCHES && !has_refused; batch++) {
        run_batch(&s, &s.worker, 0, acknowledged);
        for (unsigned slot = 0; slot < SLOTS; slot++)
            has_refused |= acknowledged[slot] <= batch;
    }
    bool is_seen = io.has_failed && failure != SHORT && s.log.error != 0;
    expect(has_refused == is_seen, "a failure that nobody told, or none that was told");
    if (has_refused) {
        io.refused++;
        look_at_lost(&s, acknowledged);
        run_batch(&s, &s.worker, 1, (uint64_t[SLOTS]){0}); /* nothing can be written any more */
    }
    bool was_reached = io.has_failed;
    close_store(&s);
    io.has_failed = false;
    io.calls = 0;
    open_store(&s, &failing);
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        uint64_t count = count_slot(&s, 0, slot);
        uint64_t most = acknowledged[slot] + (failure == UNSYNCED_FOR_GOOD);
        expect(count >= acknowledged[slot] && count <= most, "what was acknowledged, and no other");
        expect(count_slot(&s, 1, slot) == 0, "what came behind the failure");
    }
    run_batch(&s, &s.worker, 1, (uint64_t[SLOTS]){0}); /* it goes on */
    close_store(&s);
    open_store(&s, &failing);
    expect(count_slot(&s, 1, 0) == 1, "what was written after all");
    close_store(&s);
    return was_reached;
}

static void check_failures(void)
{
    for (enum failure failure = FULL; failure < FAILURES; failure++) {
        unsigned call = 1;
        io.refused = 0;
        while (fail_at(failure, call))
            call++;
        expect(call > 2 * BATCHES, "how often it is written");
        expect((io.refused >= BATCHES) == (failure != SHORT), "how often something is refused");
        printf("%s: at each call\n", failures[failure]);
    }
}

/* ---- Torn and damaged files ------------------------------------------------------------------ */

static char *read_log(size_t *length)
{
    FILE *file = fopen(path, "rb");
    expect(file != NULL, "the log is gone");
    char *bytes = malloc(1 << 20);
    expect(bytes != NULL, "no memory for the check");
    *length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void write_log(const char *bytes, size_t length)
{
    unlink(path);
    FILE *file = fopen(path, "wb");
    expect(file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0, "a copy");
}

/* How many transactions a file gives. */
static uint64_t count_all(const char *bytes, size_t length)
{
    struct logged s;
    uint64_t count = 0;
    write_log(bytes, length);
    open_store(&s, &failing);
    for (unsigned slot = 0; slot < SLOTS; slot++)
        count += count_slot(&s, 0, slot);
    close_store(&s);
    return count;
}

/* Behind what a damaged file has given: what was behind the damage doesn't come back. */
static void go_on(uint64_t count)
{
    struct logged s;
    open_store(&s, &failing);
    uint64_t slots[SLOTS], more = 0;
    for (unsigned slot = 0; slot < SLOTS; slot++)
        slots[slot] = count_slot(&s, 0, slot);
    run_batch(&s, &s.worker, 0, slots);
    close_store(&s);
    open_store(&s, &failing);
    for (unsigned slot = 0; slot < SLOTS; slot++)
        more += count_slot(&s, 0, slot);
    close_store(&s);
    expect(more == count + SLOTS, "what comes behind a damage");
}

static void check_damage(void)
{
    struct logged s;
    uint64_t acknowledged[SLOTS] = {0};
    unlink(path);
    io.failure = NO_FAILURE;
    io.calls = 0;
    open_store(&s, &failing);
    for (unsigned batch = 0; batch < BATCHES; batch++)
        run_batch(&s, &s.worker, 0, acknowledged);
    uint64_t syncs = s.log.syncs;
    close_store(&s);
#ifdef SEQUENTIAL
    expect(syncs == BATCHES * SLOTS, "one by one, each is written by itself");
    const uint64_t together = 1;
#else
    expect(syncs == BATCHES, "those in flight are written together");
    const uint64_t together = SLOTS;
#endif
    size_t length;
    char *bytes = read_log(&length);
    uint64_t before = 0;
    for (size_t cut = 0; cut <= length; cut++) {
        uint64_t count = count_all(bytes, cut);
        expect(count == before || count == before + together, "a torn file");
        before = count;
    }
    expect(before == BATCHES * SLOTS, "a whole file");
    for (size_t at = 0; at < length; at++) {
        bytes[at] ^= (char)(1 << at % 8);
        uint64_t count = count_all(bytes, length);
        expect(count < BATCHES * SLOTS && count % together == 0, "a damaged file");
        if (at % 16 == 0) {
            write_log(bytes, length);
            go_on(count);
        }
        bytes[at] ^= (char)(1 << at % 8);
    }
    free(bytes);
    puts("torn and damaged at each byte: what was sealed before is there, and no other");
}

static void check_crc(void)
{
    unsigned char bytes[64];
    uint64_t state = 1;
    expect(crc32c(0, "123456789", 9) == 0xe3069283, "the checksum of its standard");
    for (unsigned k = 0; k < sizeof bytes; k++)
        bytes[k] = (unsigned char)bench_random(&state);
    for (unsigned length = 0; length <= sizeof bytes; length++) {
        uint32_t crc = crc32c(0, bytes, length);
        expect(crc == crc32c_by_table(0, bytes, length), "the checksum by table");
        expect(crc == crc32c(crc32c(0, bytes, length / 3), bytes + length / 3, length - length / 3),
               "the checksum in parts");
    }
}

/* ---- Two workers ----------------------------------------------------------------------------- */

static bool see_in_order(void *context, uint64_t timestamp, const char *bytes, size_t length)
{
    uint64_t *seen = context;
    expect(timestamp == ++*seen && length == 1 && bytes[0] == (char)timestamp, "the order");
    return true;
}

/* One has the odd timestamps, the other one the even ones. */
static void check_order(void)
{
    enum { RECORDS = 20 };
    struct log log;
    struct log_buffer buffers[2];
    uint64_t clock = 0, seen = 0;
    unlink(path);
    expect(log_open(&log, path, &failing, &memory, see_in_order, &seen) == 0, "log_open");
    for (unsigned k = 0; k < 2; k++)
        expect(log_join(&log, &buffers[k]) == 0, "log_join");
    while (clock < RECORDS) {
        struct log_buffer *buffer = &buffers[clock % 2];
        expect(log_lock(&log, buffer, 1) == 0, "log_lock");
        char *record = log_add(buffer, 1);
        record[0] = (char)++clock;
        log_seal(record, 1, clock);
        log_unlock(buffer);
    }
    log_flush(&log, &clock);
    expect(log.durable == RECORDS && log.syncs == 1, "one write for both");
    for (unsigned k = 0; k < 2; k++)
        log_leave(&log, &buffers[k]);
    log_close(&log);
    expect(log_open(&log, path, &failing, &memory, see_in_order, &seen) == 0, "log_open");
    expect(seen == RECORDS, "all records");
    log_close(&log);
    puts("two workers: done again in the order of their timestamps");
}

/* ---- Killed ---------------------------------------------------------------------------------- */

/* What the child tells of each transaction that was acknowledged. */
struct told {
    uint8_t thread, slot;
};

struct child {
    struct logged *s;
    unsigned thread;
    int to;
};

/* Until it is killed. */
static void *commit_on(void *argument)
{
    const struct child *c = argument;
    uint64_t acknowledged[SLOTS];
    struct store_worker worker;
    expect(store_join(&c->s->store, &worker) == 0, "store_join");
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        epoch_pin(&worker.epoch);
        struct store_txn *txn = store_begin(&worker);
        find_number(c->s, txn, c->thread, slot, 2, &acknowledged[slot]);
        expect(VERSION.commit(txn) == STORE_OK, "a look");
        epoch_unpin(&worker.epoch);
    }
    for (;;) {
        uint64_t before[SLOTS];
        memcpy(before, acknowledged, sizeof before);
        run_batch(c->s, &worker, c->thread, acknowledged);
        for (unsigned slot = 0; slot < SLOTS; slot++) {
            struct told told = {(uint8_t)c->thread, (uint8_t)slot};
            expect(acknowledged[slot] == before[slot] + 1, "a commit");
            if (write(c->to, &told, sizeof told) != sizeof told)
                return NULL;
        }
    }
}

static void be_killed(int to)
{
    static struct logged s;
    static struct child children[THREADS];
    pthread_t handle;
    open_store(&s, &log_io_of_c);
    for (unsigned t = 0; t < THREADS; t++)
        children[t] = (struct child){&s, t, to};
    expect(pthread_create(&handle, NULL, commit_on, &children[1]) == 0, "pthread_create");
    commit_on(&children[0]);
    exit(1);
}

/* Takes what the child tells, and kills it somewhere behind the first `most`. */
static void kill_behind(unsigned most, useconds_t wait, uint64_t acknowledged[THREADS][SLOTS])
{
    int ends[2];
    struct told told;
    expect(pipe(ends) == 0, "pipe");
    fflush(stdout);
    pid_t child = fork();
    expect(child >= 0, "fork");
    if (child == 0) {
        close(ends[0]);
        be_killed(ends[1]);
    }
    close(ends[1]);
    for (unsigned k = 0; read(ends[0], &told, sizeof told) == sizeof told; k++) {
        acknowledged[told.thread][told.slot]++;
        if (k == most) {
            usleep(wait);
            kill(child, SIGKILL);
        }
    }
    close(ends[0]);
    int status;
    expect(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
               WTERMSIG(status) == SIGKILL,
           "the child was to be killed");
}

static void check_killed(void)
{
    enum { KILLS = 200, KILLS_OF_A_LOG = 10 };
    uint64_t state = 3;
    uint64_t acknowledged[THREADS][SLOTS];
    for (unsigned k = 0; k < KILLS; k++) {
        if (k % KILLS_OF_A_LOG == 0) {
            unlink(path);
            memset(acknowledged, 0, sizeof acknowledged);
        }
        kill_behind((unsigned)bench_below(&state, 40), (useconds_t)bench_below(&state, 1500),
                    acknowledged);
        struct logged s;
        open_store(&s, &log_io_of_c);
        for (unsigned t = 0; t < THREADS; t++)
            for (unsigned slot = 0; slot < SLOTS; slot++) {
                uint64_t count = count_slot(&s, t, slot);
                expect(count >= acknowledged[t][slot], "an acknowledged transaction is lost");
                expect(count <= acknowledged[t][slot] + 1, "one that was not under way");
                acknowledged[t][slot] = count;
            }
        close_store(&s);
    }
    printf("killed %d times: each acknowledged transaction is there, and none in parts\n", KILLS);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    path = argv[1];
    if (argc == 3 && strcmp(argv[2], "killed") == 0) {
        check_killed();
    } else {
        check_crc();
        check_order();
        check_failures();
        check_damage();
    }
    unlink(path);
    return 0;
}
