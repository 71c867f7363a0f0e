/* log.c: the store's log: writing, and reading it again. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crc32c.h"

/* ---- Writing by the system ------------------------------------------------------------------- */

static ssize_t write_to_file(void *context, int file, const void *bytes, size_t length, off_t at)
{
    (void)context;
    return pwrite(file, bytes, length, at);
}

static int sync_file(void *context, int file)
{
    (void)context;
    return fdatasync(file);
}

static int truncate_file(void *context, int file, off_t length)
{
    (void)context;
    return ftruncate(file, length);
}

const struct log_io log_io_of_c = {write_to_file, sync_file, truncate_file, NULL};

/* ---- Records --------------------------------------------------------------------------------- */

struct head {
    uint32_t length; /* of the bytes behind; 0: a seal */
    uint32_t crc;    /* of the other two, and of the bytes */
    uint64_t timestamp;
};

/* Records begin at multiples of 8 bytes. */
static size_t size_of(size_t length)
{
    return sizeof(struct head) + (length + 7) / 8 * 8;
}

static uint32_t crc_of(const struct head *head, const char *bytes)
{
    uint32_t crc = crc32c(0, &head->length, sizeof head->length);
    crc = crc32c(crc, &head->timestamp, sizeof head->timestamp);
    return crc32c(crc, bytes, head->length);
}

static void close_record(struct head *head, const char *bytes, size_t length, uint64_t timestamp)
{
    head->length = (uint32_t)length;
    head->timestamp = timestamp;
    head->crc = crc_of(head, bytes);
}

/* ---- Buffers --------------------------------------------------------------------------------- */

int log_join(struct log *log, struct log_buffer *buffer)
{
    *buffer = (struct log_buffer){.used = 0};
    int error = pthread_mutex_init(&buffer->mutex, NULL);
    if (error != 0)
        return error;
    pthread_mutex_lock(&log->writing);
    buffer->next = log->buffers;
    log->buffers = buffer;
    pthread_mutex_unlock(&log->writing);
    return 0;
}

void log_leave(struct log *log, struct log_buffer *buffer)
{
    pthread_mutex_lock(&log->writing);
    struct log_buffer **link = &log->buffers;
    while (*link != buffer)
        link = &(*link)->next;
    *link = buffer->next;
    pthread_mutex_unlock(&log->writing);
    db_release(log->memory, buffer->bytes);
    db_release(log->memory, buffer->spare);
    pthread_mutex_destroy(&buffer->mutex);
}

static bool have_room(const struct log *log, struct log_buffer *buffer, size_t more)
{
    enum { LEAST = 4096 };
    if (buffer->size - buffer->used >= more)
        return true;
    size_t size = 2 * buffer->size + more + LEAST;
    char *bytes = db_allocate(log->memory, size);
    if (!bytes)
        return false;
    if (buffer->used > 0)
        memcpy(bytes, buffer->bytes, buffer->used);
    db_release(log->memory, buffer->bytes);
    buffer->bytes = bytes;
    buffer->size = size;
    return true;
}

int log_lock(struct log *log, struct log_buffer *buffer, size_t length)
{
    pthread_mutex_lock(&buffer->mutex);
    int error = __atomic_load_n(&log->error, __ATOMIC_ACQUIRE);
    if (error == 0 && length > LOG_MAX_RECORD)
        error = EFBIG;
    if (error == 0 && !have_room(log, buffer, size_of(length)))
        error = ENOMEM;
    if (error != 0)
        pthread_mutex_unlock(&buffer->mutex);
    return error;
}

void log_unlock(struct log_buffer *buffer)
{
    pthread_mutex_unlock(&buffer->mutex);
}

char *log_add(struct log_buffer *buffer, size_t length)
{
    char *record = buffer->bytes + buffer->used;
    buffer->used += size_of(length);
    memset(buffer->bytes + buffer->used - 8, 0, 8);
    return record + sizeof(struct head);
}

void log_seal(char *bytes, size_t length, uint64_t timestamp)
{
    close_record((struct head *)(void *)(bytes - sizeof(struct head)), bytes, length, timestamp);
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* 0, or an error number. */
static int write_all(struct log *log, const char *bytes, size_t length, off_t at)
{
    while (length > 0) {
        ssize_t written = log->io->write(log->io->context, log->file, bytes, length, at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : ENOSPC;
        bytes += written;
        length -= (size_t)written;
        at += written;
    }
    return 0;
}

/* Empties the buffers, all at one moment, into their spare ones. Returns the clock's time then. */
static uint64_t take_buffers(struct log *log, const uint64_t *clock, size_t *taken)
{
    for (struct log_buffer *b = log->buffers; b; b = b->next)
        pthread_mutex_lock(&b->mutex);
    uint64_t time = __atomic_load_n(clock, __ATOMIC_SEQ_CST);
    for (struct log_buffer *b = log->buffers; b; b = b->next) {
        char *bytes = b->bytes;
        size_t size = b->size;
        *taken++ = b->used;
        b->bytes = b->spare;
        b->size = b->spare_size;
        b->used = 0;
        b->spare = bytes;
        b->spare_size = size;
        pthread_mutex_unlock(&b->mutex);
    }
    return time;
}

static int write_sealed(struct log *log, uint64_t time, const size_t *taken, off_t *end)
{
    struct head seal;
    int error = 0;
    for (struct log_buffer *b = log->buffers; b && error == 0; b = b->next) {
        error = write_all(log, b->spare, *taken, *end);
        *end += (off_t)*taken++;
    }
    close_record(&seal, NULL, 0, time);
    if (error == 0)
        error = write_all(log, (const char *)&seal, sizeof seal, *end);
    *end += (off_t)sizeof seal;
    if (error == 0 && log->io->sync(log->io->context, log->file) != 0)
        error = errno;
    return error;
}

/* With the mutex. What was written of what was not sealed is taken away, if that can be: it was
 * promised to nobody. */
static void write_buffers(struct log *log, const uint64_t *clock, size_t *taken)
{
    off_t end = log->end;
    uint64_t time = take_buffers(log, clock, taken);
    int error = write_sealed(log, time, taken, &end);
    if (error != 0) {
        __atomic_store_n(&log->error, error, __ATOMIC_RELEASE);
        if (log->io->truncate(log->io->context, log->file, log->end) == 0)
            log->io->sync(log->io->context, log->file);
        return;
    }
    log->end = end;
    __atomic_fetch_add(&log->syncs, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&log->durable, time, __ATOMIC_RELEASE);
}

void log_flush(struct log *log, const uint64_t *clock)
{
    uint64_t now = __atomic_load_n(clock, __ATOMIC_SEQ_CST);
    pthread_mutex_lock(&log->writing);
    /* Somebody else may have written it meanwhile. */
    if (__atomic_load_n(&log->durable, __ATOMIC_ACQUIRE) < now &&
        __atomic_load_n(&log->error, __ATOMIC_ACQUIRE) == 0) {
        size_t count = 0;
        for (struct log_buffer *b = log->buffers; b; b = b->next)
            count++;
        size_t taken[count + 1];
        write_buffers(log, clock, taken);
    }
    pthread_mutex_unlock(&log->writing);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* A file in memory, and its records up to the last seal. */
struct reading {
    const struct db_memory *memory;
    char *bytes;
    size_t length, sealed;
    const struct head **records;
    size_t count;
};

static int read_file(int file, struct reading *r)
{
    off_t length = lseek(file, 0, SEEK_END);
    if (length < 0)
        return errno;
    r->length = (size_t)length;
    r->bytes = db_allocate(r->memory, r->length + 1);
    if (!r->bytes)
        return ENOMEM;
    for (size_t at = 0; at < r->length;) {
        ssize_t got = pread(file, r->bytes + at, r->length - at, (off_t)at);
        if (got < 0 && errno != EINTR)
            return errno;
        if (got == 0)
            return EIO;
        at += got > 0 ? (size_t)got : 0;
    }
    return 0;
}

/* The record at a place; NULL: it is torn or wrong, or there is none. */
static const struct head *record_at(const struct reading *r, size_t at)
{
    const struct head *head = (const struct head *)(void *)(r->bytes + at);
    if (r->length - at < sizeof *head || head->length > LOG_MAX_RECORD ||
        r->length - at < size_of(head->length) ||
        head->crc != crc_of(head, (const char *)(head + 1)))
        return NULL;
    return head;
}

/* Fills in `records`. */
static void find_records(struct reading *r)
{
    const struct head *head;
    size_t count = 0;
    r->count = r->sealed = 0;
    for (size_t at = 0; (head = record_at(r, at)); at += size_of(head->length)) {
        if (head->length == 0) {
            r->count = count;
            r->sealed = at + sizeof *head;
        } else {
            r->records[count++] = head;
        }
    }
}

static int by_timestamp(const void *a, const void *b)
{
    const struct head *const *x = a, *const *y = b;
    return (*x)->timestamp<(*y)->timestamp ? -1 : (*x)->timestamp>(*y)->timestamp;
}

static int visit_records(struct reading *r, log_visit *visit, void *context)
{
    /* As many as there may be, with those behind the last seal. */
    r->records = db_allocate(r->memory, (r->length / sizeof(struct head) + 1) * sizeof(void *));
    if (!r->records)
        return ENOMEM;
    find_records(r);
    qsort(r->records, r->count, sizeof(struct head *), by_timestamp);
    for (size_t k = 0; k < r->count; k++) {
        const struct head *head = r->records[k];
        if (!visit(context, head->timestamp, (const char *)(head + 1), head->length))
            return errno;
    }
    return 0;
}

static int recover(struct log *log, log_visit *visit, void *context)
{
    struct reading r = {.memory = log->memory};
    int error = read_file(log->file, &r);
    if (error == 0)
        error = visit_records(&r, visit, context);
    if (error == 0 && r.sealed < r.length &&
        (log->io->truncate(log->io->context, log->file, (off_t)r.sealed) != 0 ||
         log->io->sync(log->io->context, log->file) != 0))
        error = errno;
    log->end = (off_t)r.sealed;
    db_release(log->memory, r.records);
    db_release(log->memory, r.bytes);
    return error;
}

/* Makes the name of a new file last as well. 0, or an error number. */
static int sync_directory(const char *path)
{
    char copy[PATH_MAX];
    if (strlen(path) >= sizeof copy)
        return ENAMETOOLONG;
    int directory = open(dirname(strcpy(copy, path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return errno;
    int error = fsync(directory) != 0 ? errno : 0;
    close(directory);
    return error;
}

int log_open(struct log *log, const char *path, const struct log_io *io,
             const struct db_memory *memory, log_visit *visit, void *context)
{
    *log = (struct log){.io = io, .memory = memory};
    bool is_new = false;
    log->file = open(path, O_RDWR | O_CLOEXEC);
    if (log->file < 0 && errno == ENOENT) {
        log->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        is_new = true;
    }
    if (log->file < 0)
        return errno;
    int error = is_new ? sync_directory(path) : 0;
    if (error == 0)
        error = recover(log, visit, context);
    if (error == 0)
        error = pthread_mutex_init(&log->writing, NULL);
    if (error != 0)
        close(log->file);
    return error;
}

void log_close(struct log *log)
{
    pthread_mutex_destroy(&log->writing);
    close(log->file);
}
