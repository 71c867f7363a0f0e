// Thread-local variables, errno too, are those of the thread that resumes: at every access behind a suspend, also in
// what was inlined, whatever declares that their address is always the same.
// RUN: %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O0 -fno-pic -no-pie;-O2 -fno-pic -no-pie;-O2 -fPIC;-O2 -fPIC -ftls-model=global-dynamic;-O3 -g' %everywhere %s | FileCheck %s
// Instrumented code is inlined early.
// RUN: env LLVM_PROFILE_FILE=%t.profraw LEVELS='-O1 -fprofile-generate;-O2 -fprofile-generate' %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <errno.h>
#include <pthread.h>

enum { THREADS = 2, STEPS = 6 };

/* What a thread has, and what it was told before a resume: the number of the thread. Nothing takes
 * the address of `quiet`. */
struct place {
    int before[3], who, after[5];
};
static _Thread_local struct place place;
static _Thread_local int quiet, global_who, same;
_Thread_local int visible;
static volatile int now; /* the number of the thread that resumes */
static pthread_t thread_of[THREADS + 1];
static int wrong, checks;

#define CHECK(...) ((void)(checks++, (__VA_ARGS__) || (wrong++, printf("line %d\n", __LINE__))))

/* LLVM finds out that it touches no memory. */
static __attribute__((noinline)) int *where(void)
{
    return &place.who;
}
/* As glibc declares that of errno. */
__attribute__((const, noinline)) int *constant_where(void);
int *constant_where(void)
{
    __asm__ volatile("");
    return &visible;
}
static inline struct place *here(void)
{
    return &place;
}
static inline pthread_t self_in_line(void)
{
    return pthread_self();
}
static __attribute__((noinline)) int who_at(const int *p)
{
    return *p;
}

static coro_task(void) straight(void)
{
    coro_begin(void);
    CHECK(quiet == now && visible == now && place.who == now);
    coro_suspend();
    CHECK(quiet == now && visible == now && place.who == now);
    CHECK(errno == 10 * now && *where() == now && *constant_where() == now);
    coro_suspend();
    CHECK(errno == 10 * now && *where() == now && *constant_where() == now);
    CHECK(quiet == now && visible == now && place.who == now && pthread_self() == thread_of[now]);
    coro_return();
}

static coro_task(void) suspends(int n)
{
    coro_begin(void);
    while (n-- > 0)
        coro_suspend();
    coro_return();
}
static CORO_NOINLINE coro_task(void) suspends_linked(int n)
{
    coro_begin(void);
    while (n-- > 0)
        coro_suspend();
    coro_return();
}

static coro_task(void) across_awaits(void)
{
    coro_begin(void);
    for (int i = 0; i < 3; i++) {
        CHECK(quiet == now && errno == 10 * now && pthread_self() == thread_of[now]);
        coro_await(suspends(1));
        CHECK(quiet == now && errno == 10 * now && pthread_self() == thread_of[now]);
        coro_await(suspends_linked(3));
        CHECK(*where() == now && *constant_where() == now && here()->who == now);
    }
    coro_await(straight());
    CHECK(quiet == now && errno == 10 * now && *where() == now);
    coro_return();
}

/* Everything in the loop but the threads is the same each time. */
static coro_task(int) in_loop(int n)
{
    coro_begin(int);
    int hits = 0;
    for (int i = 0; i < n; i++) {
        hits += quiet == now;
        hits += errno == 10 * now;
        hits += pthread_self() == thread_of[now];
        hits += *constant_where() == now;
        hits += here()->who == now;
        hits += who_at(&visible) == now;
        coro_suspend();
    }
    coro_return(hits);
}
static coro_task(int) while_it_holds(int n)
{
    coro_begin(int);
    int hits = 0;
    while (n-- > 0 && errno == 10 * now && visible == now && pthread_self() == thread_of[now]) {
        coro_await(suspends(1));
        hits++;
    }
    coro_return(hits);
}

/* The address is taken behind the suspend, and before. */
static coro_task(void) addresses(void)
{
    coro_begin(void);
    int *volatile address[THREADS + 1] = {NULL};
    for (int i = 0; i < THREADS; i++) {
        address[now] = &visible;
        coro_suspend();
    }
    for (int i = 0; i < STEPS; i++) {
        int *p = &visible, *q = &place.after[i % 5] - i % 5 - 1;
        CHECK(p == address[now] && *p == now && *q == now);
        coro_suspend();
    }
    coro_return();
}

/* What was computed before a suspend stays what it was in the thread before it. Each value is used
 * once, and first of all behind the suspend: nothing else keeps it from being computed there. */
#define KEPT(T, value, ...)                                                                        \
    do {                                                                                           \
        int before = now;                                                                          \
        T it = (value);                                                                            \
        coro_suspend();                                                                            \
        CHECK(__VA_ARGS__);                                                                        \
    } while (0)
static coro_task(void) kept(void)
{
    coro_begin(void);
    KEPT(pthread_t, pthread_self(), it == thread_of[before]);
    KEPT(pthread_t, self_in_line(), it == thread_of[before]);
    KEPT(bool, pthread_self() != thread_of[before], !it);
    KEPT(int *, &visible, *it == before);
    KEPT(int *, &place.who, *it == before);
    KEPT(struct place *, &place, it->who == before);
    KEPT(int *, &errno, *it == 10 * before);
    KEPT(int *, constant_where(), *it == before);
    KEPT(int *, where(), *it == before);
    KEPT(int *, &here()->who, *it == before);
    KEPT(int *, &visible, (it == &visible) == (before == now));
    KEPT(int, quiet, it == before);
    coro_return();
}
static coro_task(void) kept_across_awaits(void)
{
    coro_begin(void);
    for (int i = 0; i < STEPS; i++) {
        int before = now;
        pthread_t self = pthread_self();
        int *p = &visible, *e = &errno;
        if (i & 1)
            coro_await(suspends_linked(1));
        else
            coro_await(suspends(1));
        CHECK(self == thread_of[before] && *p == before && *e == 10 * before);
    }
    coro_return();
}

/* Stores: each thread looks at its own in the end. */
static _Thread_local int counted, resumed;
static coro_task(void) stores(void)
{
    coro_begin(void);
    for (int i = 0; i < STEPS; i++) {
        counted++;
        same = 7;
        coro_suspend();
        same = 7;
        place.after[2] += 2;
        errno++;
        CHECK(errno == 10 * now + 1);
    }
    coro_return();
}

/* ---- The threads ------------------------------------------------------------------------------ */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static coro_task(void) task; /* to resume by the thread `now`; NULL: end */
static int taken = 1;

static __attribute__((noinline)) void resume_here(int me)
{
    place.who = visible = quiet = me;
    resumed++;
    errno = 10 * me;
    coro_resume(task);
}

static void look_at_stores(void)
{
    CHECK(counted + place.after[2] == 0 || (same == 7 && counted == STEPS / THREADS));
    CHECK(place.after[2] == STEPS / THREADS * 2);
}

static void *second(void *unused)
{
    pthread_mutex_lock(&lock);
    while (task.coro__frame) {
        if (now == 2 && !taken) {
            resume_here(2);
            taken = 1;
            pthread_cond_signal(&turn);
        }
        pthread_cond_wait(&turn, &lock);
    }
    look_at_stores();
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Resumes the task by both threads in turn. */
static void alternate(coro_task(void) each, const char *name)
{
    int resumes = 0, first = checks;
    task = each;
    while (!coro_done(task)) {
        now = 1 + resumes++ % THREADS;
        if (now == 1) {
            resume_here(1);
            continue;
        }
        taken = 0;
        pthread_cond_signal(&turn);
        while (!taken)
            pthread_cond_wait(&turn, &lock);
    }
    coro_destroy(task);
    printf("%s %d %d\n", name, resumes, checks - first);
}

static coro_task(void) loops(void)
{
    coro_begin(void);
    CHECK(coro_await(in_loop(STEPS)) == 6 * STEPS);
    CHECK(coro_await(while_it_holds(STEPS)) == STEPS);
    coro_return();
}

int main(void)
{
    pthread_t other;
    pthread_mutex_lock(&lock);
    task = suspends(0);
    coro_task(void) first = task;
    if (pthread_create(&other, NULL, second, NULL))
        abort();
    thread_of[1] = pthread_self();
    thread_of[2] = other;
    // CHECK: straight 3 5
    alternate(straight(), "straight");
    // CHECK-NEXT: across awaits 15 15
    alternate(across_awaits(), "across awaits");
    // CHECK-NEXT: loops 13 2
    alternate(loops(), "loops");
    // CHECK-NEXT: addresses 9 6
    alternate(addresses(), "addresses");
    // CHECK-NEXT: kept 13 12
    alternate(kept(), "kept");
    // CHECK-NEXT: kept across awaits 7 6
    alternate(kept_across_awaits(), "kept across awaits");
    // CHECK-NEXT: stores 7 6
    alternate(stores(), "stores");
    coro_destroy(first);
    task.coro__frame = NULL;
    pthread_cond_signal(&turn);
    pthread_mutex_unlock(&lock);
    pthread_join(other, NULL);
    look_at_stores();
    // CHECK-NEXT: wrong 0
    printf("wrong %d\n", wrong);
    coro_trim();
    return 0;
}
