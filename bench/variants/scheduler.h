/* scheduler.h: instead of <coroinline/coro.h>: an await only links the task below its awaiter, and
 * control goes back to the scheduler, which finds the new task when it next looks at the root. A
 * task that ends still goes on in its awaiter. So each layer is one more trip through the
 * scheduler: coro_resume() may come back where the source has an await and no suspend. */
#include <coroinline/coro.h>

#undef CORO__AWAIT
#define CORO__AWAIT coroinline_await_linked

static inline void *variant__enter(void *task, void *self)
{
    coro__enter(task, self);
    return __builtin_coro_noop();
}
#define coro__enter variant__enter
