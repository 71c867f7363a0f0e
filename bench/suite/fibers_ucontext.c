/* fibers_ucontext.c: operations on stacks of their own, by what the C library has for it: ucontext.
 * A fiber does one operation after the other, and switches straight to the next one in the ring.
 *
 * swapcontext() also saves the signal mask and sets the other one's, by a system call each time:
 * its time is the kernel's for the most part, of which the count of instructions in user mode knows
 * nothing. (GNU Pth, the other library for C, schedules threads by priorities and looks at the
 * clock each time, on top of the same switch.) */
#define FIBERS ucontext
#include "fibers.h"

#include <ucontext.h>

struct progress {
    const struct suite_job *job;
    uint64_t (*operate)(const struct suite_job *job, size_t i);
    size_t next;
    uint64_t sum;
    ucontext_t loop; /* goes on when no fiber is left */
};

struct fiber {
    ucontext_t context;
    struct fiber *next, *before; /* in the ring, and then in the list of the unused */
    size_t stack_bytes;
    char stack[];
};

static _Thread_local struct progress *progress;
static _Thread_local struct fiber *running, *unused;

static void switch_to(struct fiber *from, struct fiber *to)
{
    running = to;
    swapcontext(&from->context, &to->context);
}

/* What a fiber does. */
static void work(void)
{
    struct fiber *self = running;
    while (progress->next < progress->job->count) {
        size_t i = progress->next++;
        progress->sum += suite_weigh(i, progress->operate(progress->job, i));
    }
    struct fiber *next = self->next;
    self->before->next = next;
    next->before = self->before;
    self->next = unused;
    unused = self;
    running = next;
    setcontext(next == self ? &progress->loop : &next->context);
}

void fibers_yield(void)
{
    if (running->next != running)
        switch_to(running, running->next);
}

/* Fibers are used again. The stack of each is a little larger than that of the one before: were all
 * their frames at the same place in a page, they would throw each other out of the first-level
 * cache. */
static struct fiber *new_fiber(void)
{
    enum { LEAST = 64 << 10, STAGGER = 320, PLACES = 16 };
    static _Thread_local size_t made;
    struct fiber *fiber = unused;
    if (fiber) {
        unused = fiber->next;
        return fiber;
    }
    size_t stack_bytes = LEAST + made++ % PLACES * STAGGER;
    fiber = bench_alloc(1, sizeof *fiber + stack_bytes, "the stack of a fiber");
    fiber->stack_bytes = stack_bytes;
    return fiber;
}

/* Before `first` in the ring, that is as the last one; NULL: as the only one. */
static struct fiber *add_fiber(struct fiber *first)
{
    struct fiber *fiber = new_fiber();
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = fiber->stack_bytes;
    makecontext(&fiber->context, work, 0);
    fiber->next = first ? first : fiber;
    fiber->before = first ? first->before : fiber;
    fiber->before->next = fiber;
    fiber->next->before = fiber;
    return first ? first : fiber;
}

uint64_t fibers_run(const struct suite_job *job,
                    uint64_t (*operate)(const struct suite_job *job, size_t i))
{
    struct progress all = {.job = job, .operate = operate};
    struct fiber *first = NULL;
    for (size_t k = 0; k < job->group && k < job->count; k++)
        first = add_fiber(first);
    if (!first)
        return 0;
    progress = &all;
    running = first;
    swapcontext(&all.loop, &first->context);
    return all.sum;
}
