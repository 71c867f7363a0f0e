/* indirect.h: instead of <coroinline/coro.h>: awaits transfer at once, as there, but each
 * resumption and destruction is an indirect call: the first of the article's variants, without
 * devirtualisation. */
#include <coroinline/coro.h>

#include "hidden.h"

#undef CORO__AWAIT
#define CORO__AWAIT(task, enter)                                                                   \
    (coro__task.coro__frame = variant__hidden(task),                                               \
     coroinline_await_linked(coro__task.coro__frame, enter))

static inline bool variant__step(void *root)
{
    return coro__step(variant__hidden(root));
}
#define coro__step variant__step
