/* log.h: a log of what transactions have done, written ahead of telling that they are committed,
 * with group commit (DeWitt et al., SIGMOD 1984): each worker appends records to a buffer of its
 * own; whoever writes takes all buffers at one moment, and one fdatasync() is for all that is in
 * them.
 *
 * The file is a row of records: their length, a CRC-32C, a commit timestamp, and the bytes. Behind
 * those that were written together stands a seal, a record without bytes. Whatever a transaction
 * depends on was in a buffer before its own record, so it was taken earlier or at the same time:
 * what is sealed can stand by itself. What is behind the last seal, torn or not, was never
 * promised to anybody and doesn't count.
 *
 * After a failure, of writing or of fdatasync(), nothing is written any more: what has become of
 * the records at hand is known only when the log is opened again. */
#ifndef BENCH_DB_LOG_H
#define BENCH_DB_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "memory.h"

/* How the log writes: as pwrite(), fdatasync() and ftruncate() do, with errno. */
struct log_io {
    ssize_t (*write)(void *context, int file, const void *bytes, size_t length, off_t at);
    int (*sync)(void *context, int file);
    int (*truncate)(void *context, int file, off_t length);
    void *context;
};

extern const struct log_io log_io_of_c;

enum { LOG_MAX_RECORD = 1 << 24 }; /* bytes */

/* One worker's. */
struct log_buffer {
    pthread_mutex_t mutex; /* held for some instructions */
    char *bytes, *spare;   /* the second one is the writer's, while there is one */
    size_t used, size, spare_size;
    struct log_buffer *next;
};

struct log {
    const struct log_io *io;
    const struct db_memory *memory;
    int file;
    uint64_t durable;        /* atomic: all commits up to this time are on the disk */
    int error;               /* atomic: errno of the failure; 0: there was none */
    uint64_t syncs;          /* atomic: how often all went well */
    pthread_mutex_t writing; /* held while somebody writes; protects what follows */
    off_t end;               /* of what is sealed */
    struct log_buffer *buffers;
};

/* Takes a record of a transaction that was committed. False: it can't be had, and errno says why.
 */
typedef bool log_visit(void *context, uint64_t timestamp, const char *bytes, size_t length);

/* Opens a log, or makes one. Hands over all sealed records, those with lower timestamps first, and
 * takes away what is behind them. `io` and `memory` outlive the log. 0, or an error number. */
int log_open(struct log *log, const char *path, const struct log_io *io,
             const struct db_memory *memory, log_visit *visit, void *context);

/* All have left. */
void log_close(struct log *log);

/* The buffer's memory is the caller's, and stays in place until it has left. 0, or an error number.
 */
int log_join(struct log *log, struct log_buffer *buffer);
void log_leave(struct log *log, struct log_buffer *buffer);

/* Between the two, one record of `length` bytes can be added to the buffer, and nobody takes it.
 * 0, or an error number: there is nothing to unlock. */
int log_lock(struct log *log, struct log_buffer *buffer, size_t length);
void log_unlock(struct log_buffer *buffer);

/* A place for the record's bytes, which are to be filled in; then it is closed. */
char *log_add(struct log_buffer *buffer, size_t length);
void log_seal(char *bytes, size_t length, uint64_t timestamp);

/* Writes what is in all buffers. Whoever gets a timestamp from the clock does so while its buffer
 * is locked, and adds the record: so all up to the clock's time are there. Any thread. */
void log_flush(struct log *log, const uint64_t *clock);

#endif
