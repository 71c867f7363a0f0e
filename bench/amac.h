/* amac.h: asynchronous memory access chaining: Kocberber, Falsafi and Grot, PVLDB 9(4), 2015. Each
 * operation in flight has a slot in a ring and is visited in turn; one that has ended is replaced
 * at once. */
#ifndef BENCH_AMAC_H
#define BENCH_AMAC_H

#include <stddef.h>

/* Operations 0 to n - 1, `group` in flight at a time. In what follows, `slot` points to a T, what
 * an operation has to remember, and `i` is its number: `start` begins it, `step` goes on, and is
 * true where it has ended; then comes the last argument. */
#define amac_interleave(group, n, T, slot, i, start, step, ...)                                    \
    do {                                                                                           \
        size_t amac__count = (n), amac__next = 0;                                                  \
        size_t amac__group = (group) < amac__count ? (group) : amac__count;                        \
        struct amac__place {                                                                       \
            T state;                                                                               \
            size_t operation;                                                                      \
        } amac__ring[amac__group + 1], *amac__end = amac__ring + amac__group; /* + 1: never 0 */   \
        for (struct amac__place *amac__at = amac__ring; amac__at != amac__end; amac__at++) {       \
            T *slot = &amac__at->state;                                                            \
            size_t i = amac__at->operation = amac__next++;                                         \
            start;                                                                                 \
        }                                                                                          \
        while (amac__end != amac__ring) {                                                          \
            for (struct amac__place *amac__at = amac__ring; amac__at != amac__end;) {              \
                T *slot = &amac__at->state;                                                        \
                if (__builtin_expect(!(step), 1)) {                                                \
                    amac__at++;                                                                    \
                    continue;                                                                      \
                }                                                                                  \
                size_t i = amac__at->operation;                                                    \
                __VA_ARGS__;                                                                       \
                if (amac__next < amac__count) {                                                    \
                    i = amac__at->operation = amac__next++;                                        \
                    start;                                                                         \
                    amac__at++;                                                                    \
                } else {                                                                           \
                    *amac__at = *--amac__end; /* whose turn it is now */                           \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#endif
