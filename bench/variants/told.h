/* told.h: instead of <coroinline/coro.h>: the doubly linked list, but the root is told of its
 * innermost task when that suspends, and not at every await and end on the way there and back. What
 * a root says is true of a suspended chain only: that is when anybody asks. */
#include <coroinline/coro.h>

#undef CORO__AWAIT
#define CORO__AWAIT coroinline_await_linked

static inline void *variant__enter(void *task, void *self)
{
    struct coro__header *h = coro__header_of(task);
    void *root = coro__header_of(self)->root;
    if (__builtin_expect(h->up != task || __builtin_coro_done(task), 0))
        return coro__adopt(task, self);
    h->root = root;
    h->up = self;
    return task;
}

static inline void *variant__leave(void *task, void *self)
{
    (void)self;
    return coro__header_of(task)->up;
}

/* A root that has ended names the task that suspended last. */
static inline void variant__destroy_root(void *root)
{
    if (__builtin_coro_done(root))
        __builtin_coro_destroy(root);
    else
        coro__destroy_root(root);
}

static inline void variant__slots_cancel(struct coro__slots *slots)
{
    for (struct coro__slot *slot = slots->first; slot != slots->end;
         slot = coro__slot_at(slot, slots->size))
        if (slot->frame)
            variant__destroy_root(slot->frame);
}

#define coro__enter variant__enter
#define coro__leave variant__leave
#define coro__destroy_root variant__destroy_root
#define coro__slots_cancel variant__slots_cancel

#undef coro_suspend
#define coro_suspend()                                                                             \
    __extension__({                                                                                \
        CORO__IN_COROUTINE;                                                                        \
        coro__header_of(coro__promise.header.root)->up = coro__self;                               \
        if (coroinline_suspend())                                                                  \
            goto coro__destroy;                                                                    \
    })
