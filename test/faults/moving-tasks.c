// Tasks change the thread at each suspend, and are cancelled and freed by another thread than the one that
// ran or made them: chains of linked tasks, generators, cleanups that run tasks, tasks that were driven by
// hand before they are awaited. What each does is what it does in one thread, and no frame is left.
// RUN: %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O0;-O2' %everywhere %s -DCORO_NO_POOL | FileCheck %s
#include <coroinline/coro.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 3, JOBS = 96, DEPTH = 12 };

/* One at a time has it, as it has the task. */
struct job {
    coro_task(int64_t) task;
    int turns, cancelled_after; /* resumes; the latter: cancelled before the next one */
    uint64_t trace;             /* of all that it did */
    int thread;                 /* the last one */
};

static void note(struct job *job, uint64_t event)
{
    job->trace = (job->trace ^ event) * 0x9e3779b97f4a7c15;
}

/* ---- What they do ---------------------------------------------------------------------------- */

struct scope {
    struct job *job;
    uint64_t *memory;
};

static struct scope enter(struct job *job, uint64_t id)
{
    struct scope s = {job, malloc(sizeof *s.memory)};
    *s.memory = id;
    return s;
}

static CORO_NOINLINE coro_task(uint64_t) goodbye(uint64_t id)
{
    coro_begin(uint64_t);
    coro_suspend();
    coro_return(id + 1000);
}

static void leave(struct scope *s)
{
    note(s->job, coro_run(goodbye(*s->memory)));
    free(s->memory);
}
#define SCOPED(id)                                                                                 \
    __attribute__((cleanup(leave), unused)) struct scope scope = enter(job, (uint64_t)(id))

static coro_task(int64_t) step(struct job *job, int64_t x)
{
    coro_begin(int64_t);
    SCOPED(x);
    coro_suspend();
    note(job, (uint64_t)x);
    coro_return(x);
}

static CORO_NOINLINE coro_task(int64_t) chain(struct job *job, int64_t depth)
{
    coro_begin(int64_t);
    SCOPED(depth);
    if (depth == 0)
        coro_return(coro_await(step(job, 1)));
    int64_t below = coro_await(chain(job, depth - 1));
    coro_suspend();
    coro_return(below + coro_await(step(job, depth)));
}

static coro_generator(int64_t) values(struct job *job, int64_t count)
{
    coro_begin_generator(int64_t);
    SCOPED(100);
    for (int64_t i = 0; i < count; i++) {
        coro_suspend();
        coro_yield(coro_await(chain(job, i % 3)));
    }
    coro_return();
}

static CORO_NOINLINE coro_generator(int64_t) sums(struct job *job, int64_t count)
{
    coro_begin_generator(int64_t);
    SCOPED(101);
    int64_t sum = 0;
    coro_await_for(v, values(job, count)) coro_yield(sum += v);
    coro_return();
}

static void end(coro_task(int64_t) * task)
{
    if (!coro_failed(*task))
        coro_destroy(*task);
}

/* A scheduler of its own in each thread, all at one call site. */
static __attribute__((noinline)) int64_t crunch(struct job *job, size_t count)
{
    struct job other = {.trace = job->trace};
    int64_t sum = 0;
    coro_interleave(CORO_GROUP_AUTO, count, i, goodbye(i), v, sum += (int64_t)v);
    coro_interleave(4, 5, i, step(&other, (int64_t)i), v, sum += v);
    note(job, (uint64_t)sum);
    return sum;
}

static coro_task(int64_t) work(struct job *job, int64_t n)
{
    coro_begin(int64_t);
    SCOPED(200);
    __attribute__((cleanup(end))) coro_task(int64_t) early = chain(job, n % 5);
    for (int64_t i = 0; i < n % 7 && !coro_done(early); i++) {
        coro_resume(early); /* in this thread; it is awaited in another one */
        coro_suspend();
    }
    int64_t sum = coro_await(chain(job, DEPTH));
    coro_await_for(v, sums(job, 2 + n % 3))
    {
        sum = sum * 3 + v;
        coro_suspend();
    }
    coro_task(int64_t) taken = early;
    early = (coro_task(int64_t)){NULL};
    sum += coro_await(taken) + crunch(job, 20 + (size_t)n);
    coro_return(sum);
}

/* ---- Who runs them --------------------------------------------------------------------------- */

/* A third are cancelled, somewhere; some before they began. */
static void make_job(struct job *job, int n)
{
    *job = (struct job){.cancelled_after = n % 3 ? -1 : n, .thread = -1};
    job->task = work(job, n);
}

/* Resumes or cancels it once. Returns whether that was its end. */
static bool turn(struct job *job)
{
    if (job->turns++ == job->cancelled_after) {
        coro_destroy(job->task);
        return true;
    }
    coro_resume(job->task);
    if (!coro_done(job->task))
        return false;
    note(job, (uint64_t)coro_result(job->task));
    return false;
}

/* Ends are taken by the next thread, too. */
static bool visit(struct job *job)
{
    if (!coro_done(job->task))
        return turn(job);
    coro_destroy(job->task);
    return true;
}

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *jobs[JOBS];
    int first, count;
};
static struct queue queues[THREADS];
static atomic_int running = JOBS, moves, stays;

static void put(int thread, struct job *job)
{
    struct queue *q = &queues[thread % THREADS];
    pthread_mutex_lock(&q->lock);
    q->jobs[(q->first + q->count++) % JOBS] = job;
    pthread_cond_signal(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

/* NULL: all have ended. */
static struct job *get(int thread)
{
    struct queue *q = &queues[thread];
    struct job *job = NULL;
    pthread_mutex_lock(&q->lock);
    while (q->count == 0 && running > 0)
        pthread_cond_wait(&q->changed, &q->lock);
    if (q->count) {
        job = q->jobs[q->first];
        q->first = (q->first + 1) % JOBS;
        q->count--;
    }
    pthread_mutex_unlock(&q->lock);
    return job;
}

static void wake_all(void)
{
    for (int i = 0; i < THREADS; i++) {
        pthread_mutex_lock(&queues[i].lock);
        pthread_cond_broadcast(&queues[i].changed);
        pthread_mutex_unlock(&queues[i].lock);
    }
}

static struct job jobs[JOBS], alone[JOBS];

static void *worker(void *number)
{
    int me = (int)(intptr_t)number;
    for (int n = me; n < JOBS; n += THREADS) {
        make_job(&jobs[n], n);
        put(me + 1, &jobs[n]);
    }
    for (struct job *job; (job = get(me));) {
        *(job->thread == me ? &stays : &moves) += 1;
        job->thread = me;
        if (!visit(job))
            put(me + 1, job);
        else if (--running == 0)
            wake_all();
    }
    return NULL;
}

/* ---- Frames that are counted ------------------------------------------------------------------- */

static atomic_long held;

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    held++;
    return aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    held--;
    free(memory);
}

int main(void)
{
    if (coro_set_allocator(&(struct coro_allocator){allocate, release, NULL}))
        return 1;
    for (int n = 0; n < JOBS; n++) {
        make_job(&alone[n], n);
        while (!visit(&alone[n]))
            ;
    }
    coro_trim();
    // CHECK: alone, 0 left
    printf("alone, %ld left\n", held);

    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_mutex_init(&queues[i].lock, NULL);
        pthread_cond_init(&queues[i].changed, NULL);
    }
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, worker, (void *)(intptr_t)i))
            abort();
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    int same = 0;
    for (int n = 0; n < JOBS; n++)
        same += jobs[n].trace == alone[n].trace && jobs[n].turns == alone[n].turns;
    // CHECK-NEXT: same 96, stays 0, moves 4128, 0 left
    printf("same %d, stays %d, moves %d, %ld left\n", same, stays, moves, held);
    return 0;
}
