// One thread makes tasks, another one ends them: the frames come back to the first, so that no more are held
// than are on their way, but for some that lie in the second one's lists. None is left in the end.
// RUN: env LEVELS='-O0;-O2' %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O2 -fsanitize=address' %everywhere %s -DTASKS=100000 | FileCheck %s
// RUN: %target-cc -O2 -fsanitize=thread -DTASKS=100000 %s %source/runtime/alloc.c %source/runtime/chain.c -o %t-race && %t-race | FileCheck %s
#include <coroinline/coro.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef TASKS
#define TASKS 1000000
#endif
enum { ON_THEIR_WAY = 256 };

static atomic_long held, most;

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    long now = ++held;
    if (now > most) /* one thread asks */
        most = now;
    return aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    held--;
    free(memory);
}

static CORO_NOINLINE coro_task(int) leaf(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

static coro_task(int) twice(int x)
{
    coro_begin(int);
    int a = coro_await(leaf(x));
    coro_return(a + coro_await(leaf(x)));
}

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    coro_task(int) tasks[ON_THEIR_WAY];
    int first, count;
} way = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void put(coro_task(int) task)
{
    pthread_mutex_lock(&way.lock);
    while (way.count == ON_THEIR_WAY)
        pthread_cond_wait(&way.changed, &way.lock);
    way.tasks[(way.first + way.count++) % ON_THEIR_WAY] = task;
    pthread_cond_signal(&way.changed);
    pthread_mutex_unlock(&way.lock);
}

static coro_task(int) get(void)
{
    pthread_mutex_lock(&way.lock);
    while (way.count == 0)
        pthread_cond_wait(&way.changed, &way.lock);
    coro_task(int) task = way.tasks[way.first];
    way.first = (way.first + 1) % ON_THEIR_WAY;
    way.count--;
    pthread_cond_signal(&way.changed);
    pthread_mutex_unlock(&way.lock);
    return task;
}

static void *make(void *unused)
{
    for (int i = 0; i < TASKS; i++) {
        coro_task(int) task = twice(i & 1);
        coro_resume(task);
        put(task);
    }
    return unused;
}

/* Every third is cancelled. */
static void *end(void *sum)
{
    for (int i = 0; i < TASKS; i++) {
        coro_task(int) task = get();
        if (i % 3)
            *(long *)sum += coro_run(task);
        else
            coro_destroy(task);
    }
    return NULL;
}

int main(void)
{
    if (coro_set_allocator(&(struct coro_allocator){allocate, release, NULL}))
        return 1;
    pthread_t maker, ender;
    long sum = 0;
    if (pthread_create(&maker, NULL, make, NULL) || pthread_create(&ender, NULL, end, &sum))
        abort();
    pthread_join(maker, NULL);
    pthread_join(ender, NULL);
    long expected = 0;
    for (int i = 0; i < TASKS; i++)
        expected += i % 3 ? 2 * (i & 1) : 0;
    /* Two frames each; the ender is asked for its own after some thousand. */
    bool few = most < 4 * ON_THEIR_WAY + 8192;
    if (!few)
        printf("%ld frames at the most\n", most);
    // CHECK: right 1, few 1, left 0
    printf("right %d, few %d, left %ld\n", sum == expected, few, held);
    return 0;
}
