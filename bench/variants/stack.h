/* stack.h: instead of <coroinline/coro.h>: the call chain is an array of frames that belongs to the
 * root, as it is in some versions of CoroBase: an await pushes, an end pops, and a suspend leaves
 * the innermost task on top. The array comes with the root's first resumption and goes with the
 * root. At most VARIANT_STACK_TASKS tasks deep; more abort. */
#include <coroinline/coro.h>

#include "hidden.h"

#undef CORO__AWAIT
#define CORO__AWAIT coroinline_await_linked

enum { VARIANT_STACK_TASKS = 62 };

/* In the header of every task of the chain: `up`; but a task that never ran has itself there. */
struct variant__stack {
    void **top;
    void *frame[VARIANT_STACK_TASKS + 1]; /* the root first */
};

static inline struct variant__stack *variant__stack_of(void *frame)
{
    return coro__header_of(frame)->up;
}

static inline void variant__push(struct variant__stack *stack, void *task, void *root)
{
    if (__builtin_expect(stack->top == stack->frame + VARIANT_STACK_TASKS, 0))
        coro__fail("coro_await", "the stack of this root is full", __FILE__, __LINE__);
    *++stack->top = task;
    coro__header_of(task)->root = root;
    coro__header_of(task)->up = stack;
}

/* That of a root which is resumed for the first time. */
static __attribute__((cold, noinline)) struct variant__stack *variant__new_stack(void *root)
{
    struct variant__stack *stack = coro__frame_new(sizeof *stack, 8);
    if (!stack)
        coro__fail("coro_resume", "no memory for the stack", __FILE__, __LINE__);
    *(stack->top = stack->frame) = root;
    coro__header_of(root)->up = stack;
    return stack;
}

/* Awaits a task that was driven by hand before, and may have a stack of its own. */
static __attribute__((cold, noinline)) void *variant__adopt(struct variant__stack *stack,
                                                            void *task, void *self)
{
    if (__builtin_coro_done(task))
        return self;
    void *root = stack->frame[0];
    struct variant__stack *own = variant__stack_of(task);
    for (void **each = own->frame; each <= own->top; each++)
        variant__push(stack, *each, root);
    coro__frame_delete(own, sizeof *own, 8);
    return *stack->top;
}

static inline void *variant__enter(void *task, void *self)
{
    struct variant__stack *stack = variant__stack_of(self);
    if (__builtin_expect((void *)variant__stack_of(task) != task || __builtin_coro_done(task), 0))
        return variant__adopt(stack, task, self);
    variant__push(stack, task, coro__header_of(self)->root);
    return task;
}

static inline void *variant__leave(void *task, void *self)
{
    (void)self;
    return *--variant__stack_of(task)->top;
}

/* coro-devirt would say of a root that has no await that its header stays what it was. */
static inline bool variant__step(void *root)
{
    struct variant__stack *stack = variant__stack_of(variant__hidden(root));
    if (__builtin_expect((void *)stack == root, 0))
        stack = variant__new_stack(root);
    __builtin_coro_resume(*stack->top);
    return __builtin_coro_done(root);
}

static inline void variant__destroy_root(void *root)
{
    void *up = coro__header_of(root)->up;
    if (up != root)
        for (struct variant__stack *stack = up; stack->top > stack->frame;)
            __builtin_coro_destroy(*stack->top--);
    __builtin_coro_destroy(root);
}

static inline void variant__slots_cancel(struct coro__slots *slots)
{
    for (struct coro__slot *slot = slots->first; slot != slots->end;
         slot = coro__slot_at(slot, slots->size))
        if (slot->frame)
            variant__destroy_root(slot->frame);
}

static inline void variant__frame_delete(const struct coro__header *h, void *frame, size_t size,
                                         size_t align)
{
    if (__builtin_expect(h->root == frame, 0) && h->up != frame)
        coro__frame_delete(h->up, sizeof(struct variant__stack), 8);
    coro__frame_delete(frame, size, align);
}

#define coroinline_tell() ((void)0)
#define coro__enter variant__enter
#define coro__leave variant__leave
#define coro__step variant__step
#define coro__destroy_root variant__destroy_root
#define coro__slots_cancel variant__slots_cancel
#define coro__frame_delete(frame, size, align)                                                     \
    variant__frame_delete(&coro__promise.header, frame, size, align)

/* A frame in a slot would not be freed, and the stack with it. */
#undef CORO__FRAME_BYTES
#define CORO__FRAME_BYTES(here) ((size_t)0)
#undef CORO__PLACE
#define CORO__PLACE(task, place, here) (task)
