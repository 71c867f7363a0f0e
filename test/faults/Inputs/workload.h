/* workload.h: parts of a program that make tasks in all ways that there are. Each asks whether it got
 * its tasks, and gives NONE where its result hangs on one that it did not get; with UNCHECKED, none
 * asks. What they do, they write to a transcript. */
#include "faulty.h"

static int noticed; /* tasks that a part did not get */

#ifdef UNCHECKED
#define lacks(task) false
#else
#define lacks(task) (coro_failed(task) && ++noticed)
#endif

#define NONE INT64_MIN

static char transcript[1 << 16];
static size_t written;

static void say(const char *what, int64_t value)
{
    written += (size_t)snprintf(transcript + written, sizeof transcript - written, " %s%lld", what,
                                (long long)value);
    if (written >= sizeof transcript)
        abort();
}

/* A scope with memory of its own, which its cleanup frees. */
static int open_scopes;
struct scope {
    int64_t *memory;
};

static struct scope enter(int64_t id)
{
    struct scope s = {malloc(sizeof *s.memory)};
    *s.memory = id;
    open_scopes++;
    return s;
}

static void leave(struct scope *s)
{
    say("~", *s->memory);
    free(s->memory);
    open_scopes--;
}
#define SCOPED(id) __attribute__((cleanup(leave), unused)) struct scope scope = enter(id)

/* ---- Layers, with awaits in loops ---------------------------------------------------------- */

static coro_task(int64_t) leaf(int64_t x)
{
    coro_begin(int64_t);
    SCOPED(x);
    coro_suspend();
    say("leaf", x);
    coro_return(x * x);
}

static CORO_NOINLINE coro_task(int64_t) sum_of_leaves(int64_t count)
{
    coro_begin(int64_t);
    SCOPED(count);
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        coro_task(int64_t) t = leaf(i);
        if (lacks(t))
            coro_return(NONE);
        sum += coro_await(t);
    }
    coro_return(sum);
}

static coro_task(int64_t) layers(int64_t count)
{
    coro_begin(int64_t);
    SCOPED(100);
    int64_t sum = 0;
    while (count-- > 1) {
        coro_task(int64_t) t = sum_of_leaves(count);
        if (lacks(t))
            coro_return(NONE);
        int64_t v = coro_await(t);
        if (v == NONE)
            coro_return(NONE);
        sum += v;
    }
    coro_return(sum);
}

/* ---- Recursion ------------------------------------------------------------------------------- */

static coro_task(int64_t) fibonacci(int64_t n)
{
    coro_begin(int64_t);
    SCOPED(n);
    coro_suspend();
    if (n < 2)
        coro_return(n);
    coro_task(int64_t) t = fibonacci(n - 1);
    if (lacks(t))
        coro_return(NONE);
    int64_t a = coro_await(t);
    if (a == NONE)
        coro_return(NONE);
    t = fibonacci(n - 2);
    if (lacks(t))
        coro_return(NONE);
    int64_t b = coro_await(t);
    coro_return(b == NONE ? NONE : a + b);
}

/* ---- Generators: one that awaits, of one that awaits ------------------------------------------ */

static coro_generator(int64_t) squares(int64_t count)
{
    coro_begin_generator(int64_t);
    SCOPED(200);
    for (int64_t i = 0; i < count; i++) {
        coro_task(int64_t) t = leaf(i);
        if (lacks(t)) {
            coro_yield(NONE);
            coro_return();
        }
        coro_yield(coro_await(t));
    }
    coro_return();
}

static CORO_NOINLINE coro_generator(int64_t) sums(int64_t count)
{
    coro_begin_generator(int64_t);
    SCOPED(201);
    coro_generator(int64_t) from = squares(count);
    if (lacks(from)) {
        coro_yield(NONE);
        coro_return();
    }
    int64_t sum = 0;
    coro_await_for(v, from)
    {
        sum = v == NONE ? NONE : sum + v;
        coro_suspend();
        coro_yield(sum);
    }
    coro_return();
}

static coro_task(int64_t) sum_of_sums(int64_t count, int64_t most)
{
    coro_begin(int64_t);
    SCOPED(202);
    coro_generator(int64_t) from = sums(count);
    if (lacks(from))
        coro_return(NONE);
    int64_t sum = 0;
    coro_await_for(v, from)
    {
        if (v == NONE || v > most)
            coro_return(v == NONE ? NONE : sum); /* cancels the generators */
        sum += v;
        say("sum", sum);
    }
    coro_return(sum);
}

/* ---- By hand: driven, then awaited, or cancelled where they stand ------------------------------ */

static void end(coro_task(int64_t) * t)
{
    if (!coro_failed(*t))
        coro_destroy(*t);
}

/* The owner changes. */
static coro_task(int64_t) take(coro_task(int64_t) * t)
{
    coro_task(int64_t) taken = *t;
    *t = (coro_task(int64_t)){NULL};
    return taken;
}

static CORO_NOINLINE coro_task(int64_t) by_hand(int64_t turns)
{
    coro_begin(int64_t);
    SCOPED(300);
    __attribute__((cleanup(end))) coro_task(int64_t) cancelled = sum_of_leaves(5);
    __attribute__((cleanup(end))) coro_task(int64_t) awaited = sum_of_leaves(4);
    if (lacks(cancelled) || lacks(awaited))
        coro_return(NONE);
    for (; turns > 0; turns--) {
        if (!coro_done(awaited)) /* the sooner, where memory is short */
            coro_resume(awaited);
        if (!coro_done(cancelled))
            coro_resume(cancelled);
        coro_suspend();
    }
    int64_t v = coro_await(take(&awaited));
    coro_return(v);
}

/* ---- What runs them: in `parts` below --------------------------------------------------------- */

enum { GROUP = 3, TASKS = 8 };

static __attribute__((noinline)) coro_task(int64_t) make(size_t i)
{
    switch (i % 4) {
    case 0:
        return layers(4);
    case 1:
        return fibonacci(4);
    case 2:
        return sum_of_sums(3, i);
    default:
        return by_hand(2);
    }
}

static int64_t run(size_t i)
{
    coro_task(int64_t) t = make(i);
    return lacks(t) ? NONE : coro_run(t);
}

static int64_t run_layers(void)
{
    return run(0);
}
static int64_t run_recursion(void)
{
    return run(1);
}
static int64_t run_generators(void)
{
    return run(2);
}
static int64_t run_by_hand(void)
{
    return run(3);
}

/* False: some could not be had, and none is left. */
static bool make_all(coro_task(int64_t) tasks[TASKS])
{
    bool all = true;
    for (size_t i = 0; i < TASKS; i++) {
        tasks[i] = make(i);
        all &= !lacks(tasks[i]);
    }
    for (size_t i = 0; i < TASKS && !all; i++)
        end(&tasks[i]);
    return all;
}

static int64_t interleaved(void)
{
    coro_task(int64_t) tasks[TASKS];
    if (!make_all(tasks))
        return NONE;
    int64_t sum = 0;
    coro_interleave(GROUP, TASKS, i, tasks[i], v, sum = sum == NONE || v == NONE ? NONE : sum + v);
    return sum;
}

#ifdef UNCHECKED
static int64_t made_in_place(void)
{
    int64_t sum = 0;
    coro_interleave(GROUP, TASKS, i, make(i), v, sum += v);
    coro_interleave(GROUP, TASKS, i, leaf((int64_t)i), v, sum += v); /* may need no memory */
    return sum;
}
#endif

/* Several coroutines in one driver, every third of which is cancelled in its middle. */
static int64_t mixed(void)
{
    coro_task(int64_t) tasks[TASKS];
    if (!make_all(tasks))
        return NONE;
    int64_t sum = 0;
    bool missing = false;
    size_t running = TASKS;
    for (int turn = 0; running; turn++)
        for (size_t i = 0; i < running;) {
            bool cancel = turn == 2 + (int)i;
            if (!cancel)
                coro_resume(tasks[i]);
            if (!cancel && !coro_done(tasks[i])) {
                i++;
                continue;
            }
            int64_t v = cancel ? turn : coro_result(tasks[i]);
            missing |= v == NONE;
            sum += v == NONE ? 0 : v;
            say(cancel ? "cancel" : "end", v);
            coro_destroy(tasks[i]);
            tasks[i] = tasks[--running];
        }
    return missing ? NONE : sum;
}

static int64_t in_a_loop(void)
{
    int64_t sum = 0;
    coro_generator(int64_t) from = sums(4);
    if (lacks(from))
        return NONE;
    coro_for(v, from)
    {
        if (v == NONE)
            return NONE;
        sum += v;
    }
    return sum;
}

static const struct {
    const char *name;
    int64_t (*run)(void);
} parts[] = {
    {"layers", run_layers},           {"recursion", run_recursion}, {"generators", run_generators},
    {"by hand", run_by_hand},         {"interleaved", interleaved}, {"mixed", mixed},
    {"in a loop", in_a_loop},
#ifdef UNCHECKED
    {"made in place", made_in_place},
#endif
};
enum { PARTS = sizeof parts / sizeof *parts };

static int64_t answers[PARTS];

static bool hit[PARTS];

/* Runs all parts, from empty free lists each. Returns how many did not get all of their memory. */
static int run_parts(void)
{
    int missing = 0;
    written = 0;
    faulty.asked = 0;
    for (int k = 0; k < PARTS; k++) {
        noticed = 0;
        say(parts[k].name, answers[k] = parts[k].run());
        missing += hit[k] = noticed > 0;
        coro_trim();
    }
    return missing;
}
