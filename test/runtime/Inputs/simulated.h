/* simulated.h: coro_interleave with CORO_GROUP_AUTO on a clock that only the tasks move. */
#include "own-group.h"

#include <coroinline/coro.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long long simulated_time = 1, work_done;
#define CORO__NOW() simulated_time
#define CORO__BUSY() simulated_time
#include "../../../runtime/group.c"
#include "../../../runtime/tuner.c"

static uint64_t random_state = 1;

/* Uniform below `bound`. */
static uint64_t below(uint64_t bound)
{
    random_state = random_state * 6364136223846793005 + 1442695040888963407;
    return (uint64_t)((unsigned __int128)(random_state ^ random_state >> 32) * bound >> 64);
}

/* What a resumption takes with so many tasks in flight. */
static double (*cost)(unsigned in_flight);
static unsigned in_flight;

/* Each resumption takes something from half as long to one and a half times as long; a neighbour
 * wants half of the memory's bandwidth a fifth of the time, for up to ten slices on end; and now and then
 * there is an interrupt. */
static __attribute__((unused)) bool is_noisy;
enum { INTERRUPT = 20000, BETWEEN_INTERRUPTS = 200000 /* resumptions */ };

static double noisy(double time)
{
    static unsigned long long neighbour_from, neighbour_until;
    time *= 0.5 + (double)below(1001) / 1000;
    if (simulated_time > neighbour_until) {
        neighbour_from = simulated_time + below(1 << 21);
        neighbour_until = neighbour_from + below(1 << 19);
    }
    if (simulated_time > neighbour_from)
        time *= 2;
    return below(BETWEEN_INTERRUPTS) == 0 ? time + INTERRUPT : time;
}

/* On average. */
static __attribute__((unused)) double with_noise(double time)
{
    return is_noisy ? time * 1.2 + (double)INTERRUPT / BETWEEN_INTERRUPTS : time;
}

static void pass_time(void)
{
    static double rest;
    rest += is_noisy ? noisy(cost(in_flight)) : cost(in_flight);
    simulated_time += (unsigned long long)rest;
    rest -= (double)(unsigned long long)rest;
    work_done++;
}

/* A task of so many resumptions. Returns the number. */
static __attribute__((unused)) coro_task(uint64_t) busy(uint64_t resumptions)
{
    coro_begin(uint64_t);
    in_flight++;
    for (uint64_t k = 1; k < resumptions; k++) {
        pass_time();
        coro_suspend();
    }
    pass_time();
    in_flight--;
    coro_return(resumptions);
}
