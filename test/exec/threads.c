// Threads with a scheduler each, and tasks that move from thread to thread between their suspends.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <pthread.h>

enum { THREADS = 4, TASKS = 24, ITEMS = 300 };

static int data[ITEMS];

static coro_task(int) item(int at)
{
    coro_begin(int);
    coro_prefetch(&data[at]);
    coro_return(data[at]);
}

static CORO_NOINLINE coro_task(int64_t) sum(int from, int step)
{
    coro_begin(int64_t);
    int64_t total = 0;
    for (int at = from; at < ITEMS; at += step)
        total += coro_await(item(at));
    coro_return(total);
}

static coro_generator(int) items(int from, int step)
{
    coro_begin_generator(int);
    for (int at = from; at < ITEMS; at += step)
        coro_yield(coro_await(item(at)));
    coro_return();
}

static coro_task(int64_t) sum_of_items(int from, int step)
{
    coro_begin(int64_t);
    int64_t total = 0;
    coro_await_for(v, items(from, step))
    {
        coro_suspend();
        total += v;
    }
    coro_return(total);
}

static coro_task(int64_t) weighted(int from)
{
    coro_begin(int64_t);
    int64_t r = coro_await(sum(from, 7)) + 2 * coro_await(sum_of_items(from, 11));
    coro_return(r);
}

static int64_t plain(int from)
{
    int64_t r = 0;
    for (int at = from; at < ITEMS; at += 7)
        r += data[at];
    for (int at = from; at < ITEMS; at += 11)
        r += 2 * data[at];
    return r;
}

static void *own_scheduler(void *result)
{
    int64_t total = 0;
    coro_interleave(5, TASKS, i, weighted((int)i), v, { total += v; });
    *(int64_t *)result = total;
    return NULL;
}

/* A pool of tasks: a thread takes one, resumes it a few times, and puts it back. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static coro_task(int64_t) queue[TASKS];
static int queued;

static void *worker(void *result)
{
    int64_t total = 0;
    for (;;) {
        pthread_mutex_lock(&lock);
        coro_task(int64_t) task = {0};
        int have = queued > 0;
        if (have) { /* from the front, so that the tasks go round */
            task = queue[0];
            memmove(queue, queue + 1, (size_t)--queued * sizeof *queue);
        }
        pthread_mutex_unlock(&lock);
        if (!have)
            break;
        for (int turns = 0; turns < 3 && !coro_done(task); turns++)
            coro_resume(task);
        if (coro_done(task)) {
            total += coro_result(task);
            coro_destroy(task); /* often not the thread that made it */
            continue;
        }
        pthread_mutex_lock(&lock);
        queue[queued++] = task;
        pthread_mutex_unlock(&lock);
    }
    *(int64_t *)result = total;
    return NULL;
}

/* One task, every resume of which is on a thread of its own. */
static void *one_resume(void *task)
{
    coro_resume(*(coro_task(int64_t) *)task);
    return NULL;
}

static int64_t run_threads(int count, void *(*f)(void *))
{
    pthread_t threads[THREADS];
    int64_t results[THREADS], total = 0;
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, f, &results[i]))
            abort();
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        total += results[i];
    }
    return total;
}

int main(void)
{
    int64_t expected = 0;
    for (int i = 0; i < ITEMS; i++)
        data[i] = i * i % 1009;
    for (int i = 0; i < TASKS; i++)
        expected += plain(i);
    // CHECK: own schedulers 1
    printf("own schedulers %d\n", run_threads(THREADS, own_scheduler) == THREADS * expected);
    for (queued = 0; queued < TASKS; queued++)
        queue[queued] = weighted(queued);
    // CHECK-NEXT: moved 1
    printf("moved %d\n", run_threads(THREADS, worker) == expected);

    coro_task(int64_t) task = weighted(3);
    while (!coro_done(task)) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, one_resume, &task))
            abort();
        pthread_join(thread, NULL);
    }
    // CHECK-NEXT: a thread for each resume 1
    printf("a thread for each resume %d\n", coro_result(task) == plain(3));
    coro_destroy(task);
    coro_trim();
    return 0;
}
