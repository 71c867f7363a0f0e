/* split.h: instead of <coroinline/coro.h>: what drives a task calls its resume function, as if
 * there were no coro-devirt: nothing is fused, and frames are not put into the slots of
 * coro_interleave. Awaits are inlined as ever. */
#include <coroinline/coro.h>

#include "hidden.h"

static inline bool variant__step(void *root)
{
    return coro__step(variant__hidden(root));
}
#define coro__step variant__step

#undef CORO__FRAME_BYTES
#define CORO__FRAME_BYTES(here) ((size_t)0)
#undef CORO__PLACE
#define CORO__PLACE(task, place, here) (task)
