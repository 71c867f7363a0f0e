/* store_log.c: what the store's transactions leave in the log, and how it is done again. */
#include <errno.h>

#include "store_record.h"

/* ---- Writing --------------------------------------------------------------------------------- */

/* One write of a record, with its key and the value behind. */
struct redo {
    uint32_t value_length;
    uint16_t key_length;
    uint8_t table;
    uint8_t is_deletion;
};

static size_t redo_size(const struct store_txn *txn)
{
    size_t size = 0;
    for (unsigned k = 0; k < txn->writes; k++) {
        const struct store_write *write = &txn->write[k];
        size += sizeof(struct redo) + write->key_length;
        size += write->version->is_deletion ? 0 : write->version->length;
    }
    return size;
}

enum store_status st_lock_log(struct store_txn *txn)
{
    struct store *store = txn->worker->store;
    int error = store->log ? log_lock(store->log, &txn->worker->log, redo_size(txn)) : 0;
    return error == 0        ? STORE_OK
           : error == ENOMEM ? STORE_NO_MEMORY
           : error == EFBIG  ? STORE_TOO_LARGE
                             : STORE_NOT_LOGGED;
}

void st_unlock_log(struct store_txn *txn)
{
    if (txn->worker->store->log)
        log_unlock(&txn->worker->log);
}

static char *put(char *to, const void *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

void st_log_writes(struct store_txn *txn)
{
    if (!txn->worker->store->log)
        return;
    size_t size = redo_size(txn);
    char *record = log_add(&txn->worker->log, size), *to = record;
    for (unsigned k = 0; k < txn->writes; k++) {
        const struct store_write *write = &txn->write[k];
        const struct st_version *version = write->version;
        struct redo redo = {.value_length = version->is_deletion ? 0 : version->length,
                            .key_length = write->key_length,
                            .table = version->table,
                            .is_deletion = version->is_deletion};
        to = put(to, &redo, sizeof redo);
        to = put(to, txn->keys + write->key, write->key_length);
        to = put(to, st_value_of(version), redo.value_length);
    }
    log_seal(record, size, txn->commit);
}

enum st_logged st_ask_log(struct store_txn *txn, unsigned asked)
{
    enum { PATIENCE = 256 };
    struct store_worker *worker = txn->worker;
    struct log *log = worker->store->log;
    uint64_t time = txn->commit ? txn->commit : txn->seen >> 1;
    if (!log || mt_load(&log->durable) >= time)
        return ST_LOGGED;
    if (mt_load(&log->error) != 0)
        return ST_NOT_LOGGED;
    if (worker->waiting < worker->active && asked < PATIENCE)
        return ST_NOT_YET;
    log_flush(log, &worker->store->clock);
    return mt_load(&log->durable) >= time ? ST_LOGGED : ST_NOT_LOGGED;
}

/* ---- Doing it again -------------------------------------------------------------------------- */

struct again {
    struct store *store;
    struct store_worker worker;
    const struct store_version *with;
};

/* Takes a write off a record. False: it isn't one, or of no table that there is. */
static bool take_redo(struct store *store, const char **at, const char *end, struct redo *redo,
                      struct store_operation *operation)
{
    if ((size_t)(end - *at) < sizeof *redo)
        return false;
    memcpy(redo, *at, sizeof *redo);
    *at += sizeof *redo;
    if ((size_t)(end - *at) < (size_t)redo->key_length + redo->value_length ||
        redo->table >= store->table_count)
        return false;
    operation->table = &store->table[redo->table];
    operation->key = (struct masstree_key){(const unsigned char *)*at, redo->key_length};
    operation->value = *at + redo->key_length;
    operation->length = redo->value_length;
    *at += redo->key_length + redo->value_length;
    return true;
}

/* What was deleted need not be there: its transaction may have inserted it, too. */
static enum store_status do_again(const struct again *again, struct store_txn *txn,
                                  const struct redo *redo, struct store_operation *operation)
{
    operation->kind = redo->is_deletion ? STORE_DELETE : STORE_UPDATE;
    enum store_status status = again->with->operate(txn, operation);
    if (status != STORE_MISSING)
        return status;
    operation->kind = STORE_INSERT;
    return redo->is_deletion ? STORE_OK : again->with->operate(txn, operation);
}

/* The transaction gets the timestamp that it had. */
static bool do_transaction_again(void *context, uint64_t timestamp, const char *bytes,
                                 size_t length)
{
    struct again *again = context;
    const char *end = bytes + length;
    enum store_status status = STORE_OK;
    bool is_known = true;
    epoch_pin(&again->worker.epoch);
    mt_store(&again->store->clock, timestamp - 1);
    struct store_txn *txn = store_begin(&again->worker);
    while (txn && bytes < end && is_known && status == STORE_OK) {
        struct redo redo;
        struct store_operation operation = {.index = -1};
        is_known = take_redo(again->store, &bytes, end, &redo, &operation);
        if (is_known)
            status = do_again(again, txn, &redo, &operation);
    }
    if (txn && is_known)
        status = again->with->commit(txn);
    else if (txn)
        again->with->abort(txn);
    epoch_unpin(&again->worker.epoch);
    errno = is_known ? ENOMEM : EBADMSG;
    return txn && is_known && status == STORE_OK;
}

int store_open_log(struct store *store, struct log *log, const char *path, const struct log_io *io,
                   const struct store_version *with)
{
    struct again again = {.store = store, .with = with};
    int error = store_join(store, &again.worker);
    if (error != 0)
        return error;
    error = log_open(log, path, io, store->memory, do_transaction_again, &again);
    store_leave(&again.worker);
    if (error != 0)
        return error;
    log->durable = store->clock;
    store->log = log;
    return 0;
}
