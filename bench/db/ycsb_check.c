/* ycsb_check.c: reads of one version of the benchmark's transactions beside writers, which the
 * benchmark itself has nowhere for those that only read: by turns, and with a log.
 *
 *     ycsb_check FILE     for the log
 *
 * Compiled with -DMASSTREE_SHAKE. Exit status 1: something is wrong. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "store_record.h"
#include "ycsb.h"

#ifndef VERSION
#define VERSION ycsb_amac
#endif
#include "check_masstree.h"
#include "turns.h"

enum { WRITTEN = 3, LONGEST = 120 }; /* the item that is written; bytes of a value */

static struct store store;
static struct store_table *table;
static struct log durable;

/* What the item that is written holds. */
struct state {
    bool is_there;
    uint64_t number;
};

/* A short value is in the version's first line, a long one goes on behind it. */
static enum store_status write_by(struct store_txn *txn, enum store_kind kind, uint64_t item,
                                  uint64_t number)
{
    unsigned char bytes[LONGEST] = {0};
    uint64_t key = ycsb_key_of(item);
    struct ycsb_value value = ycsb_value_of(key, number);
    memcpy(bytes, &value, sizeof value);
    struct store_operation operation = {.kind = kind,
                                        .table = table,
                                        .key = {(const unsigned char *)&key, YCSB_KEY},
                                        .value = bytes,
                                        .length = number % 2 ? LONGEST : sizeof value};
    return store_sequential.operate(txn, &operation);
}

static struct store_txn *begin(struct store_worker *worker)
{
    struct store_txn *txn = store_begin(worker);
    expect(txn != NULL, "store_begin");
    return txn;
}

/* Items 0 to YCSB_OPERATIONS - 1, each of whose numbers is its own. */
static void set_up(struct store_worker *worker, const char *log_path, const struct log_io *io)
{
    expect(store_init(&store, &counted) == 0, "store_init");
    table = store_add_table(&store, NULL, 0);
    expect(table != NULL, "store_add_table");
    if (log_path)
        expect(store_open_log(&store, &durable, log_path, io, &store_sequential) == 0, "a log");
    expect(store_join(&store, worker) == 0, "store_join");
    epoch_pin(&worker->epoch);
    struct store_txn *txn = begin(worker);
    for (uint64_t item = 0; item < YCSB_OPERATIONS; item++)
        expect(write_by(txn, STORE_INSERT, item, ycsb_first_number(item)) == STORE_OK, "an insert");
    expect(store_sequential.commit(txn) == STORE_OK, "a commit");
}

static void tear_down(struct store_worker *worker)
{
    epoch_unpin(&worker->epoch);
    store_leave(worker);
    store_destroy(&store);
}

/* Transactions that read all items. */
static struct ycsb_job read_all(struct store_worker *worker, size_t count)
{
    enum { MOST = 2 };
    static struct ycsb_request requests[MOST * YCSB_OPERATIONS];
    for (size_t k = 0; k < MOST * YCSB_OPERATIONS; k++)
        requests[k] =
            (struct ycsb_request){.kind = YCSB_READ, .item = (int64_t)(k % YCSB_OPERATIONS)};
    struct ycsb_job job = {.worker = worker,
                           .table = table,
                           .requests = requests,
                           .count = count,
                           .group = count,
                           .first_new = YCSB_OPERATIONS};
    VERSION.run(&job);
    return job;
}

static void expect_read(const struct ycsb_job *job, struct state state)
{
    uint64_t sum = 0;
    for (size_t k = 0; k < job->count * YCSB_OPERATIONS; k++) {
        uint64_t item = k % YCSB_OPERATIONS;
        sum += (2 * k + 1) * (item != WRITTEN  ? ycsb_first_number(item)
                              : state.is_there ? state.number
                                               : 0);
    }
    expect(job->failed == STORE_OK && job->tally.wrong == 0, "a value");
    expect(job->tally.missing == (state.is_there ? 0 : job->count), "what is deleted, or isn't");
    expect(job->tally.sum == sum, "what is committed isn't seen, or what is not yet");
}

/* ---- By turns -------------------------------------------------------------------------------- */

struct reader {
    unsigned looks;
    bool is_over, has_ended;
    uint64_t begin;
    struct ycsb_job job;
};

/* A transaction whose memory is there begins before its first look. */
static void *read_by_turns(void *argument)
{
    struct reader *reader = argument;
    struct store_worker worker;
    own_role = READER;
    between_looks = stop_at_look;
    wait_for_turn();
    expect(store_join(&store, &worker) == 0, "store_join");
    st_end(begin(&worker)); /* now there is one */
    for (; !reader->is_over; let_other_go()) {
        reader->begin = mt_load(&store.clock);
        looks = reader->looks;
        reader->job = read_all(&worker, 1);
        reader->has_ended = stop_at_end();
    }
    store_leave(&worker);
    give_turn();
    return NULL;
}

static struct state change(struct store_txn *txn, struct state state, unsigned turn)
{
    struct state next = {!state.is_there || turn % 3 > 0, state.number + 1};
    enum store_kind kind = !state.is_there ? STORE_INSERT
                           : next.is_there ? STORE_UPDATE
                                           : STORE_DELETE;
    expect(write_by(txn, kind, WRITTEN, next.number) == STORE_OK, "a write");
    return next;
}

static void check_turns(void)
{
    enum { MOST_LOOKS = 192 };
    static struct reader reader;
    struct store_worker worker;
    pthread_t thread;
    struct state state = {true, ycsb_first_number(WRITTEN)};
    unsigned turn = 0;
    bool has_ended = false;
    set_up(&worker, NULL, NULL);
    own_role = WRITER;
    expect(pthread_create(&thread, NULL, read_by_turns, &reader) == 0, "pthread_create");
    between_looks = stop_at_look;
    for (unsigned write_looks = 1; !has_ended; write_looks++)
        for (reader.looks = 1; reader.looks <= MOST_LOOKS; reader.looks++) {
            struct store_txn *txn = begin(&worker);
            struct state next = change(txn, state, turn++);
            looks = write_looks;
            expect(store_sequential.commit(txn) == STORE_OK, "a commit by turns");
            has_ended = stop_at_end();
            uint64_t time = txn->commit;
            expect(begin(&worker) == txn, "the same transaction's memory");
            let_other_go();
            expect_read(&reader.job, reader.begin >= time ? next : state);
            store_sequential.abort(txn);
            state = next;
        }
    expect(reader.has_ended, "a read has more looks");
    between_looks = NULL;
    reader.is_over = true;
    let_other_go();
    pthread_join(thread, NULL);
    tear_down(&worker);
    expect(blocks == 0, "blocks are lost");
    puts("by turns: each transaction reads what was committed before it began");
}

/* ---- The log --------------------------------------------------------------------------------- */

static int sync_or_fail(void *context, int file)
{
    (void)file;
    errno = EIO;
    return *(bool *)context ? -1 : 0;
}

/* Two readers see what another worker has committed, but what doesn't last yet. */
static void check_log(const char *path)
{
    bool fails = false;
    struct log_io io = {log_io_of_c.write, sync_or_fail, log_io_of_c.truncate, &fails};
    struct store_worker worker, other;
    unlink(path);
    set_up(&worker, path, &io);
    expect(store_join(&store, &other) == 0, "store_join");
    for (unsigned k = 0; k < 2; k++) {
        struct store_txn *txn = begin(&worker);
        uint64_t syncs = durable.syncs;
        fails = k == 1;
        expect(write_by(txn, STORE_UPDATE, WRITTEN, 100 + k) == STORE_OK, "an update");
        expect(st_publish(txn) == STORE_OK, "a timestamp");
        struct ycsb_job job = read_all(&other, 2);
        if (!fails)
            expect_read(&job, (struct state){true, 100 + k});
        else
            expect(job.failed == STORE_NOT_LOGGED && job.tally.sum == 0, "what doesn't last");
        expect(durable.syncs == syncs + !fails, "how often the disk is waited for");
        expect(other.active == 0 && other.waiting == 0, "all have ended");
        st_end(txn);
    }
    store_leave(&other);
    tear_down(&worker);
    log_close(&durable);
    puts("with a log: readers wait until what they have seen lasts");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    check_turns();
    check_log(argv[1]);
    return 0;
}
