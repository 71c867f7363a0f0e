/* eager.h: instead of <coroinline/coro.h>: an awaited task runs up to its first suspend by a plain
 * call, before its awaiter suspends, as if it had no initial suspend; the chain is established
 * afterwards. A task that ends without a suspend never enters the chain.
 *
 * The call returns through all awaiters from the innermost out, each of which is the root of a
 * chain of its own until then, and each appends that to its own. Of what the header holds, only the
 * innermost task's root is kept right: it is handed to the awaiter when a task ends. So an await
 * costs the same however long the chain below it is: the partial traversal that the article
 * considers is one step. */
#include <coroinline/coro.h>

#include "hidden.h"

static inline bool variant__step(void *root)
{
    return coro__step(variant__hidden(root));
}

/* A task that was driven by hand before. */
static __attribute__((cold, noinline)) void variant__go_on(void *task)
{
    coro__step(task);
}

/* Whether the awaiter `self`, in the chain of `root`, has to wait for the task. */
static inline bool variant__start(void *task, void *self, void *root)
{
    struct coro__header *h = coro__header_of(task);
    if (__builtin_coro_done(task))
        return false;
    if (__builtin_expect(h->up == task, 1))
        __builtin_coro_resume(task);
    else
        variant__go_on(task);
    if (__builtin_coro_done(task))
        return false;
    /* Not the task itself, as coro-devirt would say of a task that has no await. */
    void *innermost = coro__header_of(variant__hidden(task))->up;
    h->up = self;
    coro__header_of(innermost)->root = root;
    coro__header_of(root)->up = innermost;
    return true;
}

static inline void *variant__leave(void *task, void *self)
{
    (void)self;
    struct coro__header *h = coro__header_of(task);
    void *awaiter = h->up;
    coro__header_of(awaiter)->root = h->root;
    coro__header_of(h->root)->up = awaiter;
    return awaiter;
}

#undef CORO__AWAIT
#define CORO__AWAIT(task, enter)                                                                   \
    (variant__start(task, coro__self, coro__promise.header.root) && coroinline_suspend())
#define coroinline_tell() ((void)0)
#define coro__leave variant__leave
#define coro__step variant__step
