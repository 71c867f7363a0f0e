/* oracle.c: tasks on stacks of their own: see oracle.h. Compile it and what uses it with
 * -fexceptions. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unwind.h>

#include "oracle.h"
#include "support.h"

#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define START_SWITCH __sanitizer_start_switch_fiber
#define FINISH_SWITCH __sanitizer_finish_switch_fiber
#else
#define START_SWITCH(fake, bottom, size) ((void)(fake), (void)(bottom), (void)(size))
#define FINISH_SWITCH(fake, bottom, size) ((void)(fake), (void)(bottom), (void)(size))
#endif

#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
enum { WATCHED = true, STACK_SIZE = 1 << 20 };
#else
enum { WATCHED = false, STACK_SIZE = 1 << 18 };
#endif

struct oracle_task {
    const struct oracle_kind *kind;
    void *arguments, *value;
    struct oracle_task *awaited; /* the one that it awaits now, if any */
    bool is_awaited, has_started, has_ended, has_returned, is_cancelled;
    enum { NO_VALUE, HAS_VALUE, NO_MORE } state; /* of a generator */

    char *stack;
    char *bottom; /* the frame of run() */
    ucontext_t context, resumer;
    /* For the address sanitizer: of this stack, and of the resumer's. */
    void *fake;
    const void *resumer_stack;
    size_t resumer_size;
    struct _Unwind_Exception exception;
};

static void fail(const char *op, const char *why, const char *file, unsigned line)
{
    fflush(stdout);
    fprintf(stderr, "%s:%u: %s: %s\n", file, line, op, why);
    abort();
}

static void *allocate(size_t size)
{
    /* Parameters and results may be aligned to as much. */
    void *memory = aligned_alloc(256, (size + 255) & ~(size_t)255);
    if (!memory)
        fail("oracle", "no memory", __FILE__, __LINE__);
    return memory;
}

/* ---- Stacks ---------------------------------------------------------------------------------- */

static void *free_stacks; /* linked by their first words */

/* A fresh one each time where the sanitizers have marks on it. */
static char *new_stack(void)
{
    if (WATCHED)
        return allocate(STACK_SIZE);
    if (free_stacks) {
        void *stack = free_stacks;
        free_stacks = *(void **)stack;
        return stack;
    }
    void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED)
        fail("oracle", "no memory for a stack", __FILE__, __LINE__);
    return stack;
}

static void free_stack(char *stack)
{
    if (WATCHED) {
        free(stack);
        return;
    }
    *(void **)stack = free_stacks;
    free_stacks = stack;
}

/* ---- Switches -------------------------------------------------------------------------------- */

static struct oracle_task *starting;

/* For ever, where the task has ended. */
static void leave(struct oracle_task *task)
{
    START_SWITCH(task->has_ended ? NULL : &task->fake, task->resumer_stack, task->resumer_size);
    swapcontext(&task->context, &task->resumer);
    FINISH_SWITCH(task->fake, &task->resumer_stack, &task->resumer_size);
}

static void run(void)
{
    struct oracle_task *task = starting;
    FINISH_SWITCH(NULL, &task->resumer_stack, &task->resumer_size);
    task->bottom = __builtin_frame_address(0);
    task->kind->body(task, task->arguments);
    if (task->kind->has_result && !task->has_returned)
        fail("oracle", "the coroutine ended without coro_return", __FILE__, __LINE__);
    task->state = NO_MORE;
    task->has_ended = true;
    leave(task);
}

static void enter(struct oracle_task *task)
{
    if (!task->has_started) {
        task->has_started = true;
        task->stack = new_stack();
        getcontext(&task->context);
        task->context.uc_stack.ss_sp = task->stack;
        task->context.uc_stack.ss_size = STACK_SIZE;
        task->context.uc_link = NULL;
        makecontext(&task->context, run, 0);
    }
    starting = task;
    void *fake = NULL;
    START_SWITCH(&fake, task->stack, STACK_SIZE);
    swapcontext(&task->resumer, &task->context);
    FINISH_SWITCH(fake, NULL, NULL);
}

/* ---- Cancellation ---------------------------------------------------------------------------- */

/* Its arguments come from a library that the memory sanitizer does not see. */
__attribute__((no_sanitize("memory"))) static _Unwind_Reason_Code
unwind_to_bottom(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                 struct _Unwind_Exception *exception, struct _Unwind_Context *context, void *task_)
{
    (void)version, (void)class, (void)exception;
    struct oracle_task *task = task_;
    if ((actions & _UA_END_OF_STACK) || (char *)_Unwind_GetCFA(context) > task->bottom) {
        task->has_ended = true;
        leave(task);
    }
    return _URC_NO_REASON;
}

static void suspend(struct oracle_task *task)
{
    leave(task);
    if (task->is_cancelled) {
        _Unwind_ForcedUnwind(&task->exception, unwind_to_bottom, task);
        fail("oracle", "could not unwind", __FILE__, __LINE__);
    }
}

/* Innermost first; an awaited generator is its owner's to destroy, and gives no more values. */
static void cancel(struct oracle_task *task)
{
    struct oracle_task *awaited = task->awaited;
    task->awaited = NULL;
    if (awaited && awaited->kind->is_generator) {
        awaited->is_awaited = false;
        awaited->state = NO_MORE;
    } else if (awaited) {
        oracle_destroy(awaited);
    }
    task->is_cancelled = true;
    enter(task);
}

/* ---- The interface --------------------------------------------------------------------------- */

struct oracle_task *oracle_make(const struct oracle_kind *kind, const void *arguments)
{
    if (!fuzz_frame_is_had())
        return NULL;
    struct oracle_task *task = allocate(sizeof *task);
    memset(task, 0, sizeof *task);
    task->kind = kind;
    task->arguments = allocate(kind->arguments_size);
    memcpy(task->arguments, arguments, kind->arguments_size);
    task->value = allocate(kind->value_size);
    return task;
}

struct oracle_task *oracle_check(const void *frame, enum oracle_state need, const char *op,
                                 const char *file, unsigned line)
{
    const struct oracle_task *task = frame;
    if (!task)
        fail(op, "the task is NULL: the memory for its frame could not be had", file, line);
    if (task->is_awaited)
        fail(op, "the task is being awaited by another one", file, line);
    bool has_ended = task->kind->is_generator ? task->state == NO_MORE : task->has_ended;
    if (need == ORACLE_LIVE && has_ended)
        fail(op, "the task has ended", file, line);
    if (need == ORACLE_ENDED && !has_ended)
        fail(op, "the task has not ended", file, line);
    return (struct oracle_task *)task;
}

void oracle_store(struct oracle_task *self, const void *value)
{
    memcpy(self->value, value, self->kind->value_size);
}

void oracle_load(const void *task, void *value)
{
    const struct oracle_task *from = task;
    memcpy(value, from->value, from->kind->value_size);
}

void oracle_returns(struct oracle_task *self)
{
    self->has_returned = true;
}

void oracle_step(struct oracle_task *task)
{
    enter(task);
}

bool oracle_done(const struct oracle_task *task)
{
    return task->has_ended;
}

void oracle_destroy(struct oracle_task *task)
{
    if (task->has_started && !task->has_ended)
        cancel(task);
    if (task->stack)
        free_stack(task->stack);
    free(task->arguments);
    free(task->value);
    free(task);
    fuzz_frame_is_freed();
}

void oracle_drop(void *variable)
{
    struct oracle_task *task = *(void **)variable;
    if (task)
        oracle_destroy(task);
}

void oracle_suspend(struct oracle_task *self)
{
    suspend(self);
}

static void await_begins(struct oracle_task *self, struct oracle_task *task)
{
    self->awaited = task;
    task->is_awaited = true;
}

static void await_ends(struct oracle_task *self, struct oracle_task *task)
{
    self->awaited = NULL;
    task->is_awaited = false;
}

void oracle_await(struct oracle_task *self, struct oracle_task *task)
{
    await_begins(self, task);
    while (!task->has_ended) {
        enter(task);
        if (!task->has_ended)
            suspend(self);
    }
    await_ends(self, task);
}

bool oracle_await_next(struct oracle_task *self, struct oracle_task *generator)
{
    await_begins(self, generator);
    generator->state = NO_VALUE;
    for (;;) {
        enter(generator);
        if (generator->state != NO_VALUE)
            break;
        suspend(self);
    }
    await_ends(self, generator);
    return generator->state == HAS_VALUE;
}

bool oracle_next(struct oracle_task *generator)
{
    generator->state = NO_VALUE;
    do
        enter(generator);
    while (generator->state == NO_VALUE);
    return generator->state == HAS_VALUE;
}

void oracle_yield(struct oracle_task *self, const void *value)
{
    oracle_store(self, value);
    self->state = HAS_VALUE;
    suspend(self);
}

void oracle_cancel_slots(struct oracle_slots *slots)
{
    for (size_t k = 0; k < slots->count; k++)
        if (slots->slot[k].task)
            oracle_destroy(slots->slot[k].task);
}

size_t oracle_group(size_t group, size_t n)
{
    group = group > CORO_MAX_GROUP ? CORO_MAX_GROUP : group;
    group = group > n ? n : group;
    return group == 0 ? 1 : group;
}
