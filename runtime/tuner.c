/* tuner.c: a contest of group sizes: each in turn runs for a slice of time, the slow ones leave.
 *
 * The time of a slice is noisy: interrupts, neighbours on the memory bus, a clock that changes its
 * rate. Sizes are therefore compared by slices that lie close together, in rounds that go through
 * the sizes up and down in turn; by what each costs in relation to the others of the same round;
 * and by the median of the rounds. What is clearly slow leaves after two rounds; the last rounds
 * are for the few that are hard to tell apart. These are successive halving's budgets (Karnin,
 * Koren and Somekh, ICML 2013) with fixed margins: nothing is assumed of how cost depends on size,
 * for it may have two valleys, at 1 and beyond 8. */
#include "tuner.h"

static const uint8_t sizes[CORO__SIZES] = {1, 2, 4, 6, 8, 12, 16, 24, 32, 48, CORO__MAX_AUTO};

/* How far above the best one a size may be after so many rounds. A single slice can be off by any
 * factor, the lower one of two hardly ever by two. */
static const float margins[CORO__SAMPLES + 1] = {
    [1] = 10,   [2] = 2,     [3] = 1.5F,  [4] = 1.25F, [5] = 1.15F,
    [6] = 1.1F, [7] = 1.07F, [8] = 1.04F, [9] = 1.03F,
};

/* The incumbent keeps its place against a lead of less. */
static const float clear_lead = 1.01F;

/* Sizes that are no further above the best one can't be told from it. */
static const float even = 1.02F;

static bool is_left(const struct coro__tuner *t, unsigned k)
{
    return t->left >> k & 1;
}

static unsigned count_left(const struct coro__tuner *t)
{
    return (unsigned)__builtin_popcount(t->left);
}

/* The median; of an even number, the lower one: noise adds to a time. Sorts the values. */
static float median(float *values, unsigned count)
{
    for (unsigned k = 1; k < count; k++) {
        float value = values[k];
        unsigned at = k;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
    return values[(count - 1) / 2];
}

/* What a resumption costs in a round, for a size between the best and the worst that are left. */
static float typical(const struct coro__tuner *t, unsigned round)
{
    float costs[CORO__SIZES];
    unsigned count = 0;
    for (unsigned k = 0; k < CORO__SIZES; k++)
        if (is_left(t, k))
            costs[count++] = t->cost[k][round];
    return median(costs, count);
}

/* What a size costs in relation to the others: the median of its rounds. */
static float relative_cost(const struct coro__tuner *t, unsigned k)
{
    float costs[CORO__SAMPLES];
    for (unsigned round = 0; round < t->round; round++)
        costs[round] = t->cost[k][round] / typical(t, round);
    return median(costs, t->round);
}

static float cost_of(const struct coro__tuner *t, unsigned k)
{
    float costs[CORO__SAMPLES];
    __builtin_memcpy(costs, t->cost[k], sizeof costs);
    return median(costs, t->round);
}

/* The next size of this round; false: that was the last one. */
static bool advance(struct coro__tuner *t)
{
    bool down = t->round & 1;
    do {
        if (t->at == (down ? 0 : CORO__SIZES - 1))
            return false;
        t->at = (uint8_t)(down ? t->at - 1 : t->at + 1);
    } while (!is_left(t, t->at));
    return true;
}

static void begin_round(struct coro__tuner *t)
{
    t->at = t->round & 1 ? CORO__SIZES - 1 : 0;
    if (!is_left(t, t->at))
        advance(t);
}

/* Sends away what is too slow, after a round. */
static void end_round(struct coro__tuner *t, float *costs)
{
    float least = 0;
    t->round++;
    for (unsigned k = 0; k < CORO__SIZES; k++) {
        if (!is_left(t, k))
            continue;
        costs[k] = relative_cost(t, k);
        if (least == 0 || costs[k] < least) {
            least = costs[k];
            t->best = (uint8_t)k;
        }
    }
    for (unsigned k = 0; k < CORO__SIZES; k++)
        if (is_left(t, k) && costs[k] > least * margins[t->round])
            t->left &= (uint16_t)~(1U << k);
}

static bool is_even(const struct coro__tuner *t, const float *costs, unsigned k)
{
    return is_left(t, k) && costs[k] <= costs[t->best] * even;
}

/* Among neighbours that can't be told from the best size, the one in the middle: within a valley
 * cost depends on size smoothly, and rises faster on the side of too few. */
static unsigned middle_of_best(const struct coro__tuner *t, const float *costs)
{
    unsigned first = t->best, last = t->best;
    while (first > 0 && is_even(t, costs, first - 1))
        first--;
    while (last + 1 < CORO__SIZES && is_even(t, costs, last + 1))
        last++;
    return (first + last + 1) / 2;
}

unsigned coro__tuner_size(struct coro__tuner *t)
{
    if (t->left == 0) {
        t->left = (1U << CORO__SIZES) - 1;
        t->round = 0;
        begin_round(t);
    }
    return sizes[t->at];
}

unsigned coro__tuner_take(struct coro__tuner *t, float measured, unsigned incumbent, float *cost)
{
    float costs[CORO__SIZES];
    t->cost[t->at][t->round] = measured;
    if (advance(t))
        return 0;
    end_round(t, costs);
    if (t->round < CORO__SAMPLES && count_left(t) > 1) {
        begin_round(t);
        return 0;
    }
    unsigned chosen = middle_of_best(t, costs);
    for (unsigned k = 0; k < CORO__SIZES; k++)
        if (is_left(t, k) && sizes[k] == incumbent && costs[k] <= costs[t->best] * clear_lead)
            chosen = k;
    t->best = (uint8_t)chosen;
    t->left = 0;
    *cost = cost_of(t, t->best);
    return sizes[t->best];
}
