/* zipf.h: which items are asked for, as the key-value benchmark YCSB draws them. */
#ifndef BENCH_ZIPF_H
#define BENCH_ZIPF_H

#include <math.h>

#include "harness.h"

/* Ranks below `items`, rank k with a probability in proportion to (k + 1)^-theta. Gray, Sundaresan,
 * Englert, Baclawski and Weinberger, "Quickly generating billion-record synthetic databases",
 * SIGMOD 1994, as used by YCSB: Cooper et al., SoCC 2010. */
struct zipf {
    double items, theta, zeta, alpha, eta;
};

/* The sum of k^-theta for k = 1 to n: the first terms themselves, and Euler and Maclaurin's formula
 * for the rest, whose error is far below a double's at these sizes. */
static inline double zipf_zeta(double n, double theta)
{
    enum { TERMS = 1000 };
    double sum = 0, last = n < TERMS ? n : TERMS;
    for (double k = 1; k <= last; k++)
        sum += pow(k, -theta);
    if (n > last)
        sum += (pow(n, 1 - theta) - pow(last, 1 - theta)) / (1 - theta) +
               (pow(n, -theta) - pow(last, -theta)) / 2 +
               theta * (pow(last, -theta - 1) - pow(n, -theta - 1)) / 12;
    return sum;
}

/* `items` is 3 at least; theta lies between 0 and 1, both not included. */
static inline struct zipf zipf_make(double items, double theta)
{
    struct zipf z = {.items = items, .theta = theta};
    z.zeta = zipf_zeta(items, theta);
    z.alpha = 1 / (1 - theta);
    z.eta = (1 - pow(2 / items, 1 - theta)) / (1 - zipf_zeta(2, theta) / z.zeta);
    return z;
}

static inline uint64_t zipf_rank(const struct zipf *z, uint64_t *state)
{
    double u = (double)(bench_random(state) >> 11) * 0x1p-53;
    double uz = u * z->zeta;
    if (uz < 1)
        return 0;
    if (uz < 1 + pow(0.5, z->theta))
        return 1;
    uint64_t rank = (uint64_t)(z->items * pow(z->eta * u - z->eta + 1, z->alpha));
    return rank < (uint64_t)z->items ? rank : (uint64_t)z->items - 1;
}

/* Where YCSB's ScrambledZipfianGenerator puts a rank, so that the favourites don't lie together:
 * the FNV-1a hash of its bytes (Fowler, Noll, Vo), modulo the number of items. */
static inline uint64_t zipf_scramble(uint64_t rank, uint64_t items)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (int byte = 0; byte < 8; byte++, rank >>= 8)
        hash = (hash ^ (rank & 0xff)) * 0x100000001b3;
    return hash % items;
}

#endif
