// Ranks come as often as Zipf's law says, with exponents below, at and above 1, and with none; of one
// item, it is always the first.
// RUN: %bare-clang -std=c17 -O1 -I%source/bench/suite %s -o %t -lm
// RUN: %t | FileCheck %s --match-full-lines
#include "skew.h"

#include <stdio.h>

enum { ITEMS = 50, DRAWS = 1000000 };

// The greatest distance between how often a rank comes and how often it should, in standard
// deviations.
static double worst(double items, double exponent)
{
    unsigned counts[ITEMS] = {0};
    double all = 0, greatest = 0;
    uint64_t state = 1;
    struct skew skew = skew_make(items, exponent);
    for (unsigned k = 0; k < DRAWS; k++)
        counts[skew_rank(&skew, &state)]++;
    for (double k = 1; k <= items; k++)
        all += pow(k, -exponent);
    for (unsigned k = 0; k < ITEMS; k++) {
        double share = k < items ? pow(k + 1, -exponent) / all : 0;
        double off = fabs(counts[k] - DRAWS * share);
        double deviation = sqrt(DRAWS * share * (1 - share));
        double deviations = deviation > 0 ? off / deviation : off;
        greatest = deviations > greatest ? deviations : greatest;
    }
    return greatest;
}

int main(void)
{
    static const double exponents[] = {0, 0.5, 0.99, 1, 1.2};
    for (unsigned k = 0; k < sizeof exponents / sizeof *exponents; k++) {
        double items[] = {1, 2, 3, ITEMS};
        for (unsigned i = 0; i < 4; i++)
            if (worst(items[i], exponents[k]) > 4.5)
                printf("exponent %g, %g items: WRONG\n", exponents[k], items[i]);
    }
    puts("done");
}
// CHECK-NOT: {{.*}}WRONG
// CHECK: done
