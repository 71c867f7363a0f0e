/* skew.h: ranks by Zipf's law with any exponent: zipf.h takes those below 1. */
#ifndef BENCH_SUITE_SKEW_H
#define BENCH_SUITE_SKEW_H

#include <math.h>

#include "../harness.h"

/* Ranks below `items`, rank k with a probability in proportion to (k + 1)^-exponent, which is 0 at
 * least. Rejection-inversion: Hörmann and Derflinger, "Rejection-inversion to generate variates
 * from monotone discrete distributions", TOMACS 6(3), 1996. */
struct skew {
    double items, exponent;
    double first, last; /* the integral at the ends of what is drawn from */
    double sure;        /* a rank as near as that is taken without a look at its probability */
};

/* The integral of x^-exponent from 1. */
static inline double skew_integral(const struct skew *skew, double x)
{
    double power = 1 - skew->exponent, log_x = log(x);
    return power == 0 ? log_x : expm1(power * log_x) / power;
}

static inline double skew_inverse(const struct skew *skew, double integral)
{
    double power = 1 - skew->exponent;
    if (power == 0)
        return exp(integral);
    double t = integral * power;
    return exp(log1p(t < -1 ? -1 : t) / power);
}

static inline struct skew skew_make(double items, double exponent)
{
    struct skew skew = {.items = items, .exponent = exponent};
    skew.first = skew_integral(&skew, 1.5) - 1;
    skew.last = skew_integral(&skew, items + 0.5);
    skew.sure = 2 - skew_inverse(&skew, skew_integral(&skew, 2.5) - pow(2, -exponent));
    return skew;
}

static inline uint64_t skew_rank(const struct skew *skew, uint64_t *state)
{
    for (;;) {
        double u = (double)(bench_random(state) >> 11) * 0x1p-53;
        double area = skew->last + u * (skew->first - skew->last);
        double x = skew_inverse(skew, area), k = floor(x + 0.5);
        k = k < 1 ? 1 : k > skew->items ? skew->items : k;
        if (k - x <= skew->sure || area >= skew_integral(skew, k + 0.5) - pow(k, -skew->exponent))
            return (uint64_t)k - 1;
    }
}

#endif
