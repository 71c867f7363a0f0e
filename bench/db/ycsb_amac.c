/* ycsb_amac.c: the benchmark's transactions that only look up, as state machines by hand, many at a
 * time: asynchronous memory access chaining (Kocberber, Falsafi and Grot, PVLDB 9(4), 2015). They
 * do the same as ycsb_layers.c in the same order, and prefetch the same. There are no other
 * requests than YCSB_PROBE and YCSB_READ. */
#include "masstree_amac.h"
#include "store_record.h"
#include "ycsb_steps.h"

/* A transaction in flight. */
struct reader {
    struct mt_amac lookup;
    enum { BEGIN, INDEX, SLOT, VERSION, VALUE, LOG } wait; /* for whose lines, or for the log */
    unsigned operation, asked;
    size_t i;
    struct ycsb_place place;
    st_slot_ptr slot;
    st_version_ptr version;
    struct store_txn *txn;
    struct ycsb_tally tally;
    double start;
    enum store_status status;
};

/* The steps return whether the transaction has ended. */

static inline bool end(struct reader *reader, struct ycsb_job *job, enum store_status status)
{
    reader->status = status;
    ycsb_finish(job, reader->i, reader->start);
    return true;
}

static inline bool wait_for_log(struct reader *reader, struct ycsb_job *job)
{
    enum st_logged logged = st_ask_log(reader->txn, reader->asked++);
    reader->wait = LOG;
    if (logged == ST_NOT_YET)
        return false;
    reader->txn->worker->waiting--;
    st_end(reader->txn);
    if (logged == ST_LOGGED)
        ycsb_add_tally(&job->tally, &reader->tally);
    return end(reader, job, logged == ST_LOGGED ? STORE_OK : STORE_NOT_LOGGED);
}

/* It has written nothing. */
static inline bool commit(struct reader *reader, struct ycsb_job *job)
{
    __atomic_store_n(&reader->txn->floor, STORE_NO_SNAPSHOT, __ATOMIC_SEQ_CST);
    reader->txn->worker->waiting++;
    reader->asked = 0;
    return wait_for_log(reader, job);
}

static inline bool start_operation(struct reader *reader, struct ycsb_job *job)
{
    if (reader->operation == YCSB_OPERATIONS)
        return commit(reader, job);
    reader->place = ycsb_place_of(job, reader->i * YCSB_OPERATIONS + reader->operation);
    reader->lookup.key = ycsb_bytes_of(&reader->place.key);
    reader->wait = INDEX;
    return mt_amac_begin(&reader->lookup, &job->table->primary);
}

static inline bool end_operation(struct reader *reader, struct ycsb_job *job)
{
    reader->operation++;
    return start_operation(reader, job);
}

static inline bool take(struct reader *reader, struct ycsb_job *job, store_result found)
{
    struct ycsb_value value;
    ycsb_take_read(&reader->tally, &reader->place, found, &value);
    return end_operation(reader, job);
}

static inline bool take_value(struct reader *reader, struct ycsb_job *job)
{
    st_version_ptr version = reader->version;
    return take(reader, job, (store_result){STORE_OK, version->length, st_value_of(version)});
}

static inline bool go_to_version(struct reader *reader, struct ycsb_job *job,
                                 st_version_ptr version)
{
    if (!version)
        return take(reader, job, (store_result){.status = STORE_MISSING});
    __builtin_prefetch(version);
    reader->version = version;
    reader->wait = VERSION;
    return false;
}

static inline bool look_at_version(struct reader *reader, struct ycsb_job *job)
{
    st_version_ptr version = reader->version;
    enum st_sight sight = st_look(reader->txn, version);
    if (sight == ST_UNDECIDED) {
        mt_back_off();
        return false;
    }
    if (sight == ST_HIDDEN)
        return go_to_version(reader, job, version->next);
    if (version->is_deletion)
        return go_to_version(reader, job, NULL);
    if (st_length_behind(version) == 0)
        return take_value(reader, job);
    for (size_t byte = 0; byte < st_length_behind(version); byte += ST_LINE)
        __builtin_prefetch((const char *)version + ST_LINE + byte);
    reader->wait = VALUE;
    return false;
}

static inline bool take_looked_up(struct reader *reader, struct ycsb_job *job)
{
    masstree_result found = reader->lookup.result;
    const struct ycsb_request *requests = job->requests + reader->i * YCSB_OPERATIONS;
    if (requests[reader->operation].kind == YCSB_PROBE) {
        ycsb_take_probe(&reader->tally, &reader->place, found);
        return end_operation(reader, job);
    }
    if (found.status != MASSTREE_FOUND)
        return take(reader, job, (store_result){.status = STORE_MISSING});
    reader->slot = st_slot_of(reader->txn->worker->store, found.value);
    __builtin_prefetch(reader->slot);
    reader->wait = SLOT;
    return false;
}

static inline bool begin(struct reader *reader, struct ycsb_job *job)
{
    reader->start = ycsb_now(job);
    reader->txn = store_begin(job->worker);
    if (!reader->txn)
        return end(reader, job, STORE_NO_MEMORY);
    reader->operation = 0;
    reader->tally = (struct ycsb_tally){0};
    return start_operation(reader, job);
}

static inline bool step(struct reader *reader, struct ycsb_job *job)
{
    switch (reader->wait) {
    case BEGIN:
        return begin(reader, job);
    case INDEX:
        return mt_amac_step(&reader->lookup, &job->table->primary) && take_looked_up(reader, job);
    case SLOT:
        return go_to_version(reader, job, st_newest(mt_load(reader->slot)));
    case VERSION:
        return look_at_version(reader, job);
    case VALUE:
        return take_value(reader, job);
    case LOG:
        break;
    }
    return wait_for_log(reader, job);
}

static inline void start(struct reader *reader, size_t i)
{
    reader->i = i;
    reader->wait = BEGIN;
}

static void run(struct ycsb_job *job)
{
    size_t group = job->group < job->count ? job->group : job->count, next = 0;
    struct reader readers[group + 1], *ring[group + 1], **behind = ring; /* + 1: no array of none */
    for (; next < group; next++) {
        start(&readers[next], job->first + next);
        *behind++ = &readers[next];
    }
    epoch_pin(&job->worker->epoch);
    while (behind != ring) {
        for (struct reader **reader = ring; reader != behind;) {
            if (__builtin_expect(!step(*reader, job), 1)) {
                reader++;
                continue;
            }
            ycsb_note_end(job, (*reader)->status);
            if (next < job->count)
                start(*reader, job->first + next++);
            else
                *reader = *--behind; /* whose turn it is now */
        }
    }
    epoch_unpin(&job->worker->epoch);
}

const struct ycsb_version ycsb_amac = {"AMAC by hand", run, NULL};
