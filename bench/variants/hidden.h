/* hidden.h: keeps from the compiler of which coroutine a task is, so that coro-devirt and
 * coro-inline leave it alone. */
#ifndef BENCH_VARIANTS_HIDDEN_H
#define BENCH_VARIANTS_HIDDEN_H

/* frame, at the price of no instruction. */
static inline void *variant__hidden(void *frame)
{
    __asm__("" : "+r"(frame));
    return frame;
}

#endif
