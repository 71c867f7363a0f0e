/* told.h: instead of <coroinline/coro.h>: the root is told of its innermost task at every await and
 * every end, and not when that task suspends: it knows at any time. */
#ifndef BENCH_VARIANTS_TOLD_H
#define BENCH_VARIANTS_TOLD_H

#include <coroinline/coro.h>

#undef CORO__AWAIT
#define CORO__AWAIT coroinline_await_linked

static inline void *variant__told_enter(void *task, void *self)
{
    struct coro__header *h = coro__header_of(task);
    void *root = coro__header_of(self)->root;
    if (__builtin_expect(h->up != task || __builtin_coro_done(task), 0)) {
        task = coro__adopt(task, self);
        coro__header_of(root)->up = task;
        return task;
    }
    /* First of the stores: what the task then reads of its header is what was stored last. */
    coro__header_of(root)->up = task;
    h->root = root;
    h->up = self;
    return task;
}

static inline void *variant__told_leave(void *task, void *self)
{
    (void)self;
    struct coro__header *h = coro__header_of(task);
    void *awaiter = h->up;
    coro__header_of(h->root)->up = awaiter;
    return awaiter;
}

#define coro__enter variant__told_enter
#define coro__leave variant__told_leave
#define coroinline_tell() ((void)0)

#endif
