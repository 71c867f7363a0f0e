/* linear.c: searches for an order of operations. */
#include "linear.h"

#include <stdio.h>
#include <stdlib.h>

/* The begin or the end of an operation, in a list by time. Number 0 stands before the first. */
struct event {
    uint64_t time;
    size_t operation;
    bool is_end;
    size_t before, behind; /* in the list */
};

/* Sets of operations, each as one hash. In whatever order they can be done, they leave the same
 * value: each begins with what the one before has left. */
struct memory {
    uint64_t *hashes; /* 0: free */
    size_t count, size;
};

struct search {
    const struct linear_operation *operations;
    struct event *events;
    size_t *begin, *end; /* of an operation, its events */
    size_t *done;        /* operations, in their order */
    size_t done_count;
    uint64_t done_hash, value;
    struct memory memory;
};

static void *allocate(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size);
    if (!block) {
        fputs("linear_check: no memory\n", stderr);
        exit(1);
    }
    return block;
}

/* The finalizer of SplitMix64: Steele, Lea and Flood, OOPSLA 2014. */
static uint64_t hash_of(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static bool add_hash(struct memory *memory, uint64_t hash)
{
    size_t k = hash & (memory->size - 1);
    for (; memory->hashes[k] != 0; k = (k + 1) & (memory->size - 1))
        if (memory->hashes[k] == hash)
            return false;
    memory->hashes[k] = hash;
    memory->count++;
    return true;
}

/* False: it was there. */
static bool remember(struct memory *memory, uint64_t hash)
{
    if (memory->count * 2 >= memory->size) {
        struct memory larger = {.size = memory->size ? memory->size * 2 : 64};
        larger.hashes = allocate(larger.size, sizeof *larger.hashes);
        for (size_t k = 0; k < memory->size; k++)
            if (memory->hashes[k])
                add_hash(&larger, memory->hashes[k]);
        free(memory->hashes);
        *memory = larger;
    }
    return add_hash(memory, hash ? hash : 1);
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return (x->time > y->time) - (x->time < y->time);
}

static void take_out(struct search *s, size_t event)
{
    s->events[s->events[event].before].behind = s->events[event].behind;
    s->events[s->events[event].behind].before = s->events[event].before;
}

static void put_back(struct search *s, size_t event)
{
    s->events[s->events[event].before].behind = event;
    s->events[s->events[event].behind].before = event;
}

static uint64_t hash_with(const struct search *s, size_t operation)
{
    return s->done_hash ^ hash_of(operation + 1);
}

/* Whether an operation can be the next one, and it isn't known where that leads. */
static bool can_do(struct search *s, size_t operation)
{
    return s->operations[operation].before == s->value &&
           remember(&s->memory, hash_with(s, operation));
}

static void do_next(struct search *s, size_t operation)
{
    s->done_hash = hash_with(s, operation);
    s->value = s->operations[operation].after;
    s->done[s->done_count++] = operation;
    take_out(s, s->begin[operation]);
    take_out(s, s->end[operation]);
}

static size_t undo_last(struct search *s)
{
    size_t operation = s->done[--s->done_count];
    s->done_hash = hash_with(s, operation);
    s->value = s->operations[operation].before;
    put_back(s, s->end[operation]);
    put_back(s, s->begin[operation]);
    return operation;
}

/* From the first event on: an operation that has begun may be the next one, up to the first that
 * ends, which has to be done before. */
static bool find_order(struct search *s, size_t count)
{
    size_t at = s->events[0].behind;
    while (s->done_count < count) {
        const struct event *event = &s->events[at];
        if (!event->is_end) {
            bool is_next = can_do(s, event->operation);
            if (is_next)
                do_next(s, event->operation);
            at = is_next ? s->events[0].behind : event->behind;
        } else if (s->done_count > 0) {
            at = s->events[s->begin[undo_last(s)]].behind;
        } else {
            return false;
        }
    }
    return true;
}

static void make_list(struct search *s, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        s->events[2 * k + 1] = (struct event){.time = s->operations[k].begin, .operation = k};
        s->events[2 * k + 2] =
            (struct event){.time = s->operations[k].end, .operation = k, .is_end = true};
    }
    qsort(s->events + 1, 2 * count, sizeof *s->events, by_time);
    for (size_t k = 0; k <= 2 * count; k++) {
        struct event *event = &s->events[k];
        event->before = k == 0 ? 2 * count : k - 1;
        event->behind = k == 2 * count ? 0 : k + 1;
        if (k > 0)
            (event->is_end ? s->end : s->begin)[event->operation] = k;
    }
}

bool linear_check(const struct linear_operation *operations, size_t count)
{
    struct search s = {.operations = operations};
    s.events = allocate(2 * count + 1, sizeof *s.events);
    s.begin = allocate(count, sizeof *s.begin);
    s.end = allocate(count, sizeof *s.end);
    s.done = allocate(count, sizeof *s.done);
    make_list(&s, count);
    bool is_linear = find_order(&s, count);
    free(s.memory.hashes);
    free(s.done);
    free(s.end);
    free(s.begin);
    free(s.events);
    return is_linear;
}

bool linear_check_keys(size_t keys, size_t count, linear_tell *tell, const void *context)
{
    struct linear_operation *about = allocate(count, sizeof *about);
    bool is_linear = true;
    for (size_t key = 0; key < keys && is_linear; key++) {
        size_t told = 0;
        for (size_t k = 0; k < count; k++)
            told += tell(context, k, key, &about[told]);
        is_linear = linear_check(about, told);
    }
    free(about);
    return is_linear;
}
