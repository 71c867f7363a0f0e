/* tuner.h: a contest of group sizes: each in turn runs for a slice of time, the slow ones leave. */
#ifndef RUNTIME_TUNER_H
#define RUNTIME_TUNER_H

#include <coroinline/coro.h>

/* Neither function looks at a clock; one thread at a time has the tuner. */

/* The size to run with for the next slice; outside of a contest, begins one. */
unsigned coro__tuner_size(struct coro__tuner *t);

/* Takes what a resumption cost in a slice with that size, in any unit. Returns the best size if
 * that ends the contest, else 0. `incumbent` is the size in use, which a better one has to beat
 * clearly; 0: none. *cost becomes the best one's. */
unsigned coro__tuner_take(struct coro__tuner *t, float measured, unsigned incumbent, float *cost);

#endif
