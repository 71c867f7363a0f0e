/* gates_layers.h: waiting at gates, for whoever awaits it: behind layers.h. */
#ifndef BENCH_DB_GATES_LAYERS_H
#define BENCH_DB_GATES_LAYERS_H

#include "gates.h"

/* Until all turns have come. In a frame of its own, however large who awaits it is: so a look is
 * some 20 instructions. */
CORO_NOINLINE static coro_task(void) gates_wait(const struct gates *gates, struct gates_pass *pass)
{
    coro_begin(void);
    while (!gates_are_open(gates, pass))
        coro_suspend();
    coro_return();
}

/* Behind all that is asked. Whether it had to wait. */
static inline coro_task(bool) gates_enter(const struct gates *gates, struct gates_pass *pass)
{
    coro_begin(bool);
    bool waits = !gates_are_open(gates, pass);
    if (waits)
        coro_await(gates_wait(gates, pass));
    coro_return(waits);
}

#endif
