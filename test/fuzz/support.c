/* support.c: the transcript, and the frames that are had or not. Compiled without the plugin. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* Of coro.h, which needs the plugin; not there in the oracle's build. */
struct coro_allocator {
    void *(*allocate)(void *context, size_t size, size_t align);
    void (*release)(void *context, void *memory, size_t size, size_t align);
    void *context;
};
__attribute__((weak)) int coro_set_allocator(const struct coro_allocator *a);
__attribute__((weak)) void coro_trim(void);

static struct {
    bool is_verbose, is_read;
    long fail_at, only; /* 0, -1: not set */
} settings;

/* A thread that does what the program wants done elsewhere. */
struct worker {
    pthread_t thread;
    sem_t begins, ended;
    bool has_started, is_busy;
    void (*function)(void *argument); /* NULL: no more */
    void *argument;
    struct runner *runner;
};

/* A thread that runs the program. */
enum { WORKERS = 2, MAX_THREADS = 4 };
struct runner {
    void (*run)(void);
    unsigned times;
    pthread_barrier_t *start;
    unsigned long notes;
    uint64_t hash;
    unsigned turn;
    struct worker workers[WORKERS];
};
static _Thread_local struct runner *runner;     /* the one of this thread, or whose worker it is */
static _Thread_local unsigned number_in_runner; /* 0: its own thread */

static _Atomic long asked, held; /* frames, of all threads */

static long number(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtol(text, NULL, 10) : otherwise;
}

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    return fuzz_frame_is_had() ? aligned_alloc(align, (size + align - 1) & ~(align - 1)) : NULL;
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    free(memory);
    fuzz_frame_is_freed();
}

static void read_settings(void)
{
    if (settings.is_read)
        return;
    settings.is_read = true;
    settings.is_verbose |= number("FUZZ_VERBOSE", 0) != 0;
    settings.fail_at = number("FUZZ_FAIL_AT", 0);
    settings.only = number("FUZZ_ONLY", -1);
    static const struct coro_allocator allocator = {allocate, release, NULL};
    if (coro_set_allocator && coro_set_allocator(&allocator) != 0) {
        fputs("fuzz: coro_set_allocator failed\n", stderr);
        abort();
    }
}

void fuzz_main(int argc, char **argv)
{
    for (int k = 1; k < argc; k++)
        settings.is_verbose |= strcmp(argv[k], "-v") == 0;
}

bool fuzz_may_fail(void)
{
    read_settings();
    return settings.fail_at != 0;
}

bool fuzz_frame_is_had(void)
{
    bool is_had = ++asked != settings.fail_at;
    held += is_had;
    return is_had;
}

void fuzz_frame_is_freed(void)
{
    held--;
}

/* Splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

void fuzz_note(unsigned place, uint64_t value)
{
    runner->notes++;
    runner->hash = mixed(runner->hash ^ mixed(value ^ mixed(place)));
    if (settings.is_verbose) {
        int number = errno;
        printf("  note %u: %llu\n", place, (unsigned long long)value);
        fflush(stdout);
        errno = number;
    }
}

uint64_t fuzz_opaque(uint64_t value)
{
    return value;
}

/* ---- Threads --------------------------------------------------------------------------------- */

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        ;
}

static void *work(void *worker_)
{
    struct worker *worker = worker_;
    runner = worker->runner;
    number_in_runner = (unsigned)(worker - runner->workers) + 1;
    for (;;) {
        wait_for(&worker->begins);
        if (!worker->function)
            return NULL;
        worker->function(worker->argument);
        sem_post(&worker->ended);
    }
}

static void start_thread(pthread_t *thread, void *(*function)(void *), void *argument)
{
    if (pthread_create(thread, NULL, function, argument) != 0) {
        fputs("fuzz: could not make a thread\n", stderr);
        abort();
    }
}

static void start_worker(struct worker *worker)
{
    worker->runner = runner;
    sem_init(&worker->begins, 0, 0);
    sem_init(&worker->ended, 0, 0);
    start_thread(&worker->thread, work, worker);
    worker->has_started = true;
}

static void end_worker(struct worker *worker)
{
    if (!worker->has_started)
        return;
    worker->function = NULL;
    sem_post(&worker->begins);
    pthread_join(worker->thread, NULL);
    sem_destroy(&worker->begins);
    sem_destroy(&worker->ended);
}

void fuzz_elsewhere(void (*function)(void *argument), void *argument)
{
    unsigned turn = runner->turn++ % (WORKERS + 1);
    struct worker *worker = turn ? &runner->workers[turn - 1] : NULL;
    if (!worker || worker->is_busy) {
        function(argument);
        return;
    }
    int number = errno;
    if (!worker->has_started)
        start_worker(worker);
    worker->is_busy = true;
    worker->function = function;
    worker->argument = argument;
    sem_post(&worker->begins);
    wait_for(&worker->ended);
    worker->is_busy = false;
    errno = number;
}

unsigned fuzz_thread(void)
{
    return number_in_runner;
}

/* ---- Programs -------------------------------------------------------------------------------- */

static void *run_program(void *runner_)
{
    runner = runner_;
    if (runner->start)
        pthread_barrier_wait(runner->start);
    errno = 0;
    for (unsigned k = 0; k < runner->times; k++)
        runner->run();
    for (unsigned k = 0; k < WORKERS; k++)
        end_worker(&runner->workers[k]);
    if (coro_trim)
        coro_trim(); /* the next program begins without cached frames */
    return NULL;
}

#ifdef FUZZ_ORACLE
static void run_in_threads(struct runner *runners, unsigned threads)
{
    for (unsigned k = 0; k < threads; k++) {
        pthread_t thread;
        start_thread(&thread, run_program, &runners[k]);
        pthread_join(thread, NULL);
    }
}
#else
static void run_in_threads(struct runner *runners, unsigned threads)
{
    pthread_t thread[MAX_THREADS];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned k = 0; k < threads; k++) {
        runners[k].start = &start;
        start_thread(&thread[k], run_program, &runners[k]);
    }
    for (unsigned k = 0; k < threads; k++)
        pthread_join(thread[k], NULL);
    pthread_barrier_destroy(&start);
}
#endif

void fuzz_program(unsigned index, void (*run)(void), unsigned threads)
{
    read_settings();
    if (settings.only >= 0 && (unsigned long)settings.only != index)
        return;
    struct runner runners[MAX_THREADS];
    memset(runners, 0, sizeof runners);
    for (unsigned k = 0; k < threads; k++) {
        runners[k].run = run;
        runners[k].times = threads > 1 ? 10 : 1; /* that they meet */
    }
    asked = held = 0;
    if (threads == 1)
        run_program(&runners[0]);
    else
        run_in_threads(runners, threads);
    for (unsigned k = 0; k < threads; k++)
        printf("program %u: %lu notes, hash %016llx\n", index, runners[k].notes,
               (unsigned long long)runners[k].hash);
    if (held != 0)
        printf("program %u: %ld frames leaked\n", index, held);
    fflush(stdout); /* in case that the next one crashes */
}
