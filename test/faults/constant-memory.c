// One scheduler runs millions of tasks of several sizes, some of which are cancelled, fail or find no
// memory: behind the first tenth, neither the frames that are held nor the memory of the process grow, and
// none is left in the end. With a number as its argument, it runs so many tasks, and says each tenth.
// RUN: env LEVELS='-O0;-O2' %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O2 -fsanitize=address' %everywhere %s -DTASKS=200000 | FileCheck %s
// RUN: env LEVELS='-O2' %everywhere %s -DCORO_NO_POOL | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifndef TASKS
#define TASKS 5000000
#endif
enum { IN_FLIGHT = 500, FAILED = -1 };

static uint64_t state;

static uint64_t random_below(uint64_t n)
{
    state = state * 6364136223846793005 + 1442695040888963407;
    return (state >> 33) % n;
}

/* ---- The allocator: counts, and has nothing now and then --------------------------------------- */

static long held, refused, asked;

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    if (++asked % 701 == 0) {
        refused++;
        return NULL;
    }
    held++;
    return aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    held--;
    free(memory);
}

/* ---- The tasks ------------------------------------------------------------------------------- */

static void free_text(char **text)
{
    free(*text);
}

static void touch(char *bytes, size_t size)
{
    __asm__ volatile("" : : "r"(bytes), "r"(size) : "memory");
}

#define LINKED_LEAF(name, bytes)                                                                   \
    static CORO_NOINLINE coro_task(int) name(int x)                                                \
    {                                                                                              \
        coro_begin(int);                                                                           \
        char room[bytes];                                                                          \
        touch(room, sizeof room);                                                                  \
        coro_suspend();                                                                            \
        touch(room, sizeof room);                                                                  \
        coro_return(x);                                                                            \
    }
LINKED_LEAF(small, 8)
LINKED_LEAF(medium, 300)
LINKED_LEAF(larger_than_pooled, 5000)

static CORO_NOINLINE coro_task(int) leaf(int x)
{
    switch (x % 16) {
    case 0:
        return larger_than_pooled(x);
    case 1:
    case 2:
        return medium(x);
    default:
        return small(x);
    }
}

static coro_task(int) chain(int depth)
{
    coro_begin(int);
    __attribute__((cleanup(free_text))) char *text = malloc(20);
    coro_task(int) below = depth ? chain(depth - 1) : leaf(depth + (int)random_below(16));
    if (coro_failed(below))
        coro_return(FAILED);
    int v = coro_await(below);
    coro_return(v == FAILED ? FAILED : v + 1);
}

static coro_generator(int) values(int count)
{
    coro_begin_generator(int);
    __attribute__((cleanup(free_text))) char *text = malloc(20);
    while (count-- > 0) {
        coro_task(int) made = leaf(count);
        if (coro_failed(made))
            coro_return();
        coro_yield(coro_await(made));
    }
    coro_return();
}

static coro_task(int) sum(int count)
{
    coro_begin(int);
    coro_generator(int) from = values(count);
    if (coro_failed(from))
        coro_return(FAILED);
    int sum = 0;
    coro_await_for(v, from)
    {
        if (v % 7 == 6)
            coro_return(FAILED);
        sum += v;
    }
    coro_return(sum);
}

static coro_task(int) make(void)
{
    switch (random_below(4)) {
    case 0:
        return chain((int)random_below(4));
    case 1:
        return sum((int)random_below(9));
    default:
        return leaf((int)random_below(16));
    }
}

/* ---- The scheduler ----------------------------------------------------------------------------- */

static long ended, cancelled, failed, not_made;

/* Resumes or cancels one. Returns whether it is gone. */
static bool visit(coro_task(int) task)
{
    if (random_below(50) == 0) {
        cancelled++;
    } else {
        coro_resume(task);
        if (!coro_done(task))
            return false;
        *(coro_result(task) == FAILED ? &failed : &ended) += 1;
    }
    coro_destroy(task);
    return true;
}

/* Of this process, in memory. */
static long pages(void)
{
    long size, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%ld %ld", &size, &resident) != 2)
        abort();
    fclose(f);
    return resident;
}

static coro_task(int) tasks[IN_FLIGHT];

static void run(long count)
{
    for (long i = 0; count > 0; i = (i + 1) % IN_FLIGHT)
        if (coro_failed(tasks[i])) {
            tasks[i] = make();
            not_made += coro_failed(tasks[i]);
            count--;
        } else if (visit(tasks[i])) {
            tasks[i] = (coro_task(int)){NULL};
        }
}

int main(int argc, char **argv)
{
    const long count = argc > 1 ? atol(argv[1]) : TASKS;
    if (count < 10 || coro_set_allocator(&(struct coro_allocator){allocate, release, NULL}))
        return 2;
    long first_held = 0, first_pages = 0, most_held = 0, most_pages = 0;
    for (int tenth = 0; tenth < 10; tenth++) {
        run(count / 10);
        long now = pages();
        if (tenth == 0)
            first_held = held, first_pages = now;
        most_held = held > most_held ? held : most_held;
        most_pages = now > most_pages ? now : most_pages;
        if (argc > 1)
            fprintf(stderr, "%d0%%: %ld frames, %ld pages\n", tenth + 1, held, now);
    }
    // CHECK: all kinds 1
    printf("all kinds %d\n", ended && cancelled && failed && not_made && refused > not_made);
    /* Lists of free frames are as long as they had to be at some time. */
    bool fewer = most_held < first_held + first_held / 10 + 50;
#if __has_feature(address_sanitizer) /* keeps what was freed */
    bool less = true;
#else
    bool less = most_pages < first_pages + (1 << 20) / getpagesize();
#endif
    if (!fewer || !less)
        printf("frames %ld, then %ld; pages %ld, then %ld\n", first_held, most_held, first_pages,
               most_pages);
    // CHECK-NEXT: no more frames 1, no more memory 1
    printf("no more frames %d, no more memory %d\n", fewer, less);
    for (int i = 0; i < IN_FLIGHT; i++)
        if (!coro_failed(tasks[i]))
            coro_destroy(tasks[i]);
    coro_trim();
    // CHECK-NEXT: left 0
    printf("left %ld\n", held);
    return 0;
}
