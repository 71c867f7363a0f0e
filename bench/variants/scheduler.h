/* scheduler.h: instead of <coroinline/coro.h>: an await only links the task below its awaiter, and
 * control goes back to the scheduler, which finds the new task when it next looks at the root. A
 * task that ends still goes on in its awaiter. So each layer is one more trip through the
 * scheduler: coro_resume() may come back where the source has an await and no suspend. */
#include "told.h"

static inline void *variant__enter(void *task, void *self)
{
    variant__told_enter(task, self);
    return __builtin_coro_noop();
}
#undef coro__enter
#define coro__enter variant__enter
