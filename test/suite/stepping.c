// Of a sample, single-stepping counts the instructions, the prefetches, the calls that give memory,
// and the frames taken from a list, not those put there.
// REQUIRES: suite
// RUN: %bare-clang -std=gnu17 -O1 -I%source/bench %s %source/bench/stepping.c -o %t
// RUN: %t | FileCheck %s --match-full-lines
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

struct frame {
    struct frame *next;
};

static void *volatile lists[2], *volatile memory;

static void put(unsigned list, struct frame *frame)
{
    frame->next = lists[list];
    lists[list] = frame;
}

static struct frame *take(unsigned list)
{
    struct frame *frame = lists[list];
    lists[list] = frame->next;
    frame->next = NULL;
    return frame;
}

static void keep(void *given)
{
    memory = given;
    free(given);
}

static void use_memory(const struct bench_cell *cell, unsigned size)
{
    (void)cell;
    for (unsigned k = 0; k < size; k++) {
        void *aligned;
        keep(malloc(10));
        keep(calloc(3, 5));
        keep(aligned_alloc(64, 128));
        keep(realloc(NULL, 99));
        if (posix_memalign(&aligned, 64, 64) == 0)
            keep(aligned);
    }
}

static struct frame frames[3];

// Takes two from one list and one from the other, and puts them back in another order.
static void use_frames(const struct bench_cell *cell, unsigned size)
{
    (void)cell;
    for (unsigned k = 0; k < size; k++) {
        struct frame *a = take(0), *b = take(0), *c = take(1);
        __builtin_prefetch(c);
        put(0, a);
        put(0, b);
        put(1, c);
    }
}

static void tell(const char *what, void (*sample)(const struct bench_cell *cell, unsigned size))
{
    struct bench_cell cell = {.sample = sample, .sample_units = 1};
    if (bench_step(&cell))
        printf("%s: %g frames, %g heap calls, %g prefetches\n", what, cell.frames, cell.heap_calls,
               cell.prefetches);
    else
        printf("no single-stepping here\n");
}

int main(void)
{
    bench_watch_pool((void *const *)lists, 2);
    put(0, &frames[0]);
    put(0, &frames[1]);
    put(1, &frames[2]);
    tell("memory", use_memory);
    tell("frames", use_frames);
}
// CHECK: {{memory: 0 frames, 5 heap calls, 0 prefetches|no single-stepping here}}
// CHECK-NEXT: {{frames: 3 frames, 0 heap calls, 1 prefetches|no single-stepping here}}
