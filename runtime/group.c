/* group.c: coro_interleave with CORO_GROUP_AUTO: finds the group size while tasks run.
 *
 * Nothing is assumed of the machine or of the tasks: the sizes are tried on the very tasks that
 * run. What is compared is the time for a resumption, not for a task: tasks may be of any length.
 * coro_interleave counts resumptions once a lap through its slots, and calls in here only where
 * tasks have ended, after so many that a slice of time is over.
 *
 * Each call site has a contest (tuner.c) when it has run for a little while, and others later:
 * first after 32 times as long as the contest took, then, while the outcome stays the same, after
 * up to 256 times; so that less than a hundredth of the time is lost to sizes that are not the
 * best. That is the time spent in the site's calls: one that is seldom called has as few contests
 * as its share of the time is small. And soon if a resumption costs something else than it did:
 * other data, another phase.
 *
 * One call at a time measures; it takes the site. The others run with what is known, and so does a
 * nested call of the same site. A contest goes on from call to call and from thread to thread:
 * calls may be far shorter than a slice. */
#include "tuner.h"

#ifndef CORO__NOW
#include <time.h>

static uint64_t nanoseconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

#define CORO__NOW() nanoseconds(CLOCK_MONOTONIC)
/* The thread's own time on a processor. Sizes are compared by it: that another thread takes the
 * processor for some milliseconds is no size's fault. A system call: once a slice, or a lookout. */
#define CORO__BUSY() nanoseconds(CLOCK_THREAD_CPUTIME_ID)
#endif

enum {
    FIRST_SIZE = 16,
    FIRST_PACE = 16, /* tasks before the first look at the clock */
    MAX_PACE = 1 << 20,
    SLICE = 50000, /* ns; each contest takes twice as long as the last one, up to 8 times */
    FIRST_DUE = 2 * SLICE,
    SETTLED_TICK = 8, /* slices between looks at the clock, outside of a contest */
    SHORT = 4,        /* slices that a call may take which is judged as a whole */
    BELIEVED = 8,     /* slices that it takes to believe that the tasks are others */
    MOST_ALARMS = 5,  /* false ones in a row, each of which makes that four times as many */
    REST = 32,        /* times as long as the contest, before the next one */
    MOST_UPHELD = 3,  /* outcomes that stay the same, each of which doubles that */
    LOOKOUT = 64,     /* tasks in short calls, for each of these that looks at the clock */
};

#define LOAD(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define STORE(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)

static size_t at_least_1(uint64_t x)
{
    return x ? (size_t)x : 1;
}

static uint8_t at_most(unsigned x, unsigned bound)
{
    return (uint8_t)(x < bound ? x : bound);
}

/* ---- What the calls of a site share ---------------------------------------------------------- */

static bool is_due(const struct coro__site *site)
{
    return LOAD(&site->spent) >= LOAD(&site->due) + FIRST_DUE;
}

/* The next contest is to be held when so much more has been spent. */
static void make_due(struct coro__site *site, uint64_t later)
{
    STORE(&site->due, LOAD(&site->spent) + later - FIRST_DUE);
}

static uint64_t slice_of(const struct coro__site *site)
{
    return (uint64_t)SLICE << site->contests;
}

/* Lets the call use so many slots. */
static void use(struct coro__group *g, unsigned size)
{
    g->limit = (size < g->total ? size : g->total) * g->slot_size;
}

static void use_known(struct coro__group *g)
{
    unsigned known = LOAD(&g->site->size);
    use(g, known ? known : FIRST_SIZE);
}

/* Takes the site to measure, if nobody has. */
static void take(struct coro__group *g)
{
    struct coro__site *site = g->site;
    if (__atomic_exchange_n(&site->taken, true, __ATOMIC_ACQUIRE))
        return;
    if (!is_due(site)) { /* another call has just ended the contest */
        __atomic_store_n(&site->taken, false, __ATOMIC_RELEASE);
        return;
    }
    g->owns = true;
    if (!site->tuner.left)
        site->began = LOAD(&site->spent);
    use(g, coro__tuner_size(&site->tuner));
}

static void release(struct coro__group *g)
{
    g->owns = g->measures = false;
    __atomic_store_n(&g->site->taken, false, __ATOMIC_RELEASE);
}

/* The outcome of a contest. */
static void settle(struct coro__group *g, unsigned best, float cost)
{
    struct coro__site *site = g->site;
    bool is_upheld = best == site->size;
    site->upheld = is_upheld ? at_most(site->upheld + 1, MOST_UPHELD) : 0;
    if (!is_upheld)
        STORE(&site->alarms, 0);
    else if (LOAD(&site->is_alarmed)) /* others write it, too */
        STORE(&site->alarms, at_most(site->alarms + 1, MOST_ALARMS));
    STORE(&site->is_alarmed, false);
    site->contests += site->contests < 3;
    STORE(&site->size, best);
    STORE(&site->cost, (uint32_t)(1000 * cost));
    STORE(&site->strange, 0);
    make_due(site, (LOAD(&site->spent) - site->began) * REST << site->upheld);
    release(g);
    use(g, best);
}

/* ---- What a call measures -------------------------------------------------------------------- */

/* Resumptions since the last tick. */
static size_t work_of(const struct coro__group *g)
{
    return (g->visited - g->mark_visited) / g->slot_size;
}

/* Adds what was done since the last tick to the slice, and ends it if it is long enough. */
static void measure(struct coro__group *g, uint64_t busy)
{
    struct coro__site *site = g->site;
    site->time += busy - g->mark_busy;
    site->work += work_of(g);
    if (site->time < slice_of(site) || site->work == 0)
        return;
    float cost;
    unsigned best =
        coro__tuner_take(&site->tuner, (float)site->time / (float)site->work, site->size, &cost);
    site->time = site->work = 0;
    if (best) {
        settle(g, best, cost);
        return;
    }
    size_t before = g->limit;
    use(g, coro__tuner_size(&site->tuner));
    g->measures = g->limit == before;
}

/* Other tasks, or other data, than at the last contest show in what a resumption costs: if it is
 * strange for a while, without a break, a contest is due. So it is where a neighbour on the memory
 * bus comes and goes, which is no reason to hold one: where contests have found nothing new, the
 * while gets longer, up to 0.4 s. */
static void look_for_change(struct coro__site *site, uint64_t time, size_t work)
{
    uint64_t known = LOAD(&site->cost), cost = 1000 * time / at_least_1(work);
    uint64_t strange = LOAD(&site->strange);
    if (known && (2 * cost > 3 * known || 3 * cost < 2 * known)) {
        strange += time < 2 * SLICE ? time : 2 * SLICE; /* it may be one interruption */
        if (strange >= (uint64_t)BELIEVED * SLICE << 2 * LOAD(&site->alarms)) {
            strange = 0;
            STORE(&site->is_alarmed, true);
            make_due(site, 0);
        }
        STORE(&site->strange, (uint32_t)strange);
    } else if (strange) {
        STORE(&site->strange, 0);
    }
}

/* ---- When it looks at the clock -------------------------------------------------------------- */

/* The tasks of a slice, as far as the last ones tell. */
static void set_pace(struct coro__group *g, uint64_t now)
{
    uint64_t tasks = (uint64_t)g->given * SLICE / at_least_1(now - g->mark);
    uint64_t most = 8 * g->given < MAX_PACE ? 8 * g->given : MAX_PACE;
    STORE(&g->site->pace, (uint32_t)at_least_1(tasks < most ? tasks : most));
}

static void set_tick(struct coro__group *g, uint64_t now, uint64_t busy)
{
    struct coro__site *site = g->site;
    uint64_t tasks = LOAD(&site->pace);
    if (tasks == 0)
        tasks = FIRST_PACE;
    else if (!g->owns)
        tasks *= SETTLED_TICK;
    else if (!g->measures) /* soon, to see whether the size has been reached */
        tasks /= 16;
    else if (site->time < slice_of(site))
        tasks = tasks * (slice_of(site) - site->time) / SLICE;
    g->given = at_least_1(tasks);
    g->mark = now;
    g->mark_busy = busy;
    g->mark_visited = g->visited;
}

/* Adds the time since the clock was last looked at. Of several short calls, one speaks for all. */
static void spend(struct coro__group *g, uint64_t now)
{
    uint64_t calls = g->total < LOOKOUT ? LOOKOUT / g->total : 1;
    __atomic_fetch_add(&g->site->spent, (now - g->mark) * calls, __ATOMIC_RELAXED);
}

/* Whether a call is to look at the clock. */
static bool looks(size_t total)
{
    static _Thread_local size_t unseen; /* tasks, in the calls that did not */
    if (total < LOOKOUT && (unseen += total) < LOOKOUT)
        return false;
    unseen = 0;
    return true;
}

void coro__group_begin(struct coro__group *g, struct coro__site *site, size_t total,
                       size_t slot_size)
{
    *g = (struct coro__group){
        .in_use = slot_size, .bound = total, .site = site, .total = total, .slot_size = slot_size};
    use_known(g);
    if (total < 2 || !looks(total))
        return; /* given is 0: so few ends don't make it that again */
    g->looks = true;
    uint64_t now = CORO__NOW();
    if (is_due(site))
        take(g);
    g->measures = g->owns;
    set_tick(g, now, g->owns || LOAD(&site->strange) ? CORO__BUSY() : 0);
}

void coro__group_tick(struct coro__group *g)
{
    uint64_t now = CORO__NOW(), busy = CORO__BUSY();
    bool is_steady = g->in_use == g->limit && g->displaced == 0;
    spend(g, now);
    set_pace(g, now);
    if (g->measures) {
        measure(g, busy);
    } else if (g->owns) {
        g->measures = is_steady;
    } else {
        if (is_steady && g->mark_busy)
            look_for_change(g->site, busy - g->mark_busy, work_of(g));
        use_known(g);
        if (is_due(g->site))
            take(g);
    }
    g->bound = g->in_use > g->limit ? 0 : g->total;
    g->has_ticked = true;
    set_tick(g, now, busy);
}

void coro__group_end(struct coro__group *g)
{
    if (!g->looks)
        return;
    uint64_t now = CORO__NOW();
    spend(g, now);
    if (g->measures)
        measure(g, CORO__BUSY());
    else if (!g->has_ticked) { /* behind a tick is the end, with less and less in flight */
        uint64_t time = g->mark_busy ? CORO__BUSY() - g->mark_busy : now - g->mark;
        if (g->mark_busy || time < SHORT * SLICE)
            look_for_change(g->site, time, work_of(g));
        else /* another thread may have had the processor: the next call is to know */
            STORE(&g->site->strange, 1);
    }
    if (g->owns)
        release(g);
}
