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
 * wants half of the memory's bandwidth a fifth of the time, for so long on end on average; and now
 * and then there is an interrupt. */
static __attribute__((unused)) bool is_noisy;
static uint64_t neighbour_stays = 1 << 18;
enum { INTERRUPT = 20000, BETWEEN_INTERRUPTS = 200000 /* resumptions */ };

static double noise(void)
{
    static unsigned long long neighbour_from, neighbour_until;
    if (simulated_time > neighbour_until) {
        neighbour_from = simulated_time + below(8 * neighbour_stays);
        neighbour_until = neighbour_from + below(2 * neighbour_stays);
    }
    double factor = 0.5 + (double)below(1001) / 1000;
    return simulated_time > neighbour_from ? 2 * factor : factor;
}

/* What resumptions would have taken whose cost is 1. */
static double noise_so_far;

static void pass_time(void)
{
    static double rest;
    double factor = is_noisy ? noise() : 1;
    rest += factor * cost(in_flight);
    if (is_noisy && below(BETWEEN_INTERRUPTS) == 0)
        rest += INTERRUPT;
    noise_so_far += factor;
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
