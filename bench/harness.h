/* harness.h: what the benchmark programs share: options, memory, clocks, rounds and tables. C and
 * C++. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Options --------------------------------------------------------------------------------- */

struct bench_option {
    const char *name;  /* with its dashes; takes a number */
    uint64_t *value;   /* holds the default; set where the option is given */
    uint64_t min, max; /* the same: takes none, and sets that */
    const char *help;  /* with the unit */
};

/* Sets the options from the command line. --help prints `about` and the options and exits with 0; a
 * bad option prints one line and exits with 2. */
void bench_parse(int argc, char **argv, const char *about, const struct bench_option *options,
                 size_t count);

struct bench_text_option {
    const char *name;   /* with its dashes; takes a text */
    const char **value; /* set to it, which lives as long as argv, where the option is given */
    const char *means;  /* what the text is, for --help: one word */
    const char *help;
};

/* The same, with options that take a text besides. */
void bench_parse_texts(int argc, char **argv, const char *about, const struct bench_option *options,
                       size_t count, const struct bench_text_option *texts, size_t text_count);

/* ---- Memory ---------------------------------------------------------------------------------- */

/* Zeroed memory, aligned to 2 MiB, with transparent huge pages asked for. Never NULL: prints what
 * it could not have, for `what`, and exits with 1. Lives as long as the process. */
void *bench_alloc_huge(size_t bytes, const char *what);

void bench_free_huge(void *memory, size_t bytes);

/* Like calloc, and exits likewise. */
void *bench_alloc(size_t count, size_t size, const char *what);

/* MiB of anonymous memory of this process that lie in huge pages; -1: the kernel doesn't tell. */
double bench_huge_mib(void);

/* MiB that the process may take yet: of the machine, its control group and its own limit, the
 * least. */
double bench_free_mib(void);

/* ---- Random numbers -------------------------------------------------------------------------- */

/* The next number of the sequence that *state names, uniform in 64 bits. SplitMix64: Steele, Lea
 * and Flood, OOPSLA 2014. */
static inline uint64_t bench_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* Uniform below `bound` (not 0): the high half of a product, Lemire, TOMACS 29(1), 2019; the bias,
 * at most bound / 2^64, is left in. */
static inline uint64_t bench_below(uint64_t *state, uint64_t bound)
{
    return (uint64_t)((unsigned __int128)bench_random(state) * bound >> 64);
}

/* Shuffles: each order is equally likely. */
void bench_shuffle(uint32_t *order, size_t count, uint64_t *state);

/* Fills in next[k] for all k below `count` so that they make one cycle, each as likely as another:
 * Sattolo, Information Processing Letters 22(6), 1986. */
void bench_cycle(uint32_t *next, size_t count, uint64_t *state);

/* ---- Measuring ------------------------------------------------------------------------------- */

double bench_now(void); /* seconds, monotonic */

/* One version of a program at one setting. */
struct bench_cell {
    const char *version, *setting; /* for messages */
    /* Does part number `part` of a round's work; false: a wrong answer. `turn` counts the settings
     * that were measured before, in all rounds. */
    bool (*run)(const struct bench_cell *cell, unsigned turn, unsigned part);
    /* NULL, or: behind run(), and not a part of the time: whether its answer is right. */
    bool (*check)(const struct bench_cell *cell);
    /* Does very little of the work, `size` (1 or 2) times sample_units of it and what starting and
     * ending takes: the instructions are counted by the difference. */
    void (*sample)(const struct bench_cell *cell, unsigned size);
    const void *context; /* of the two above */
    unsigned number;     /* likewise */
    unsigned parts;      /* of a round */
    double units;        /* hops or lookups of a round */
    bool by_the_clock;   /* what is measured is the time that passes: others work, or it waits */
    double sample_units; /* by which the samples of size 1 and 2 differ */
    /* The results. */
    double *ns;                  /* per unit, by round */
    double median, lower, upper; /* of those: the median and the quartiles */
    double instructions;         /* per unit, user mode; negative: not known */
    /* The same; known where samples can be stepped through. */
    double prefetches;
    double frames;     /* taken from pools that bench_watch_pool() knows */
    double heap_calls; /* of malloc() and the others that give memory */
    /* The same, where the processor counts them. */
    double cycles, branch_misses, cache_misses;
    struct counters_sum counted; /* in all rounds */
};

/* Measures every cell once a round. `cells` holds `versions` neighbours for each of `settings`. The
 * versions of one setting take turns part by part, in an order that is drawn for each turn, so that
 * what else the machine does, and how fast its clock runs, hits all of them; the setting that a
 * round begins with changes. The time is the thread's own on the processor: waiting for memory
 * counts, waiting for another process to leave the processor does not; but see by_the_clock, where
 * the processor's counters count nothing, either. False, after a message, where an answer was
 * wrong. Progress goes to stderr. */
bool bench_measure(struct bench_cell *cells, size_t settings, size_t versions, unsigned rounds);

/* Fills in per unit what the processor has counted in a cell's rounds, of so many units in all. */
void bench_take_counts(struct bench_cell *cell, const struct counters *counters, double units);

/* Fills in what bench_step() does, but for instructions that the processor has counted in the
 * rounds above, which are not negative. Returns how instructions were counted: by the processor; or
 * by single-stepping; or that there is no way here. A static string. */
const char *bench_count_instructions(struct bench_cell *cells, size_t count);

/* Fills in a cell's instructions, prefetches, frames and heap calls by single-stepping a child
 * process through sample(). Exact: the difference of two samples holds neither start-up nor end.
 * False: there is no way here, and they are negative; as where the processor isn't an x86. */
bool bench_step(struct bench_cell *cell);

/* Writes what a child process does in sample(), of size 1, by single-stepping: a line with the
 * setting and the version with a slash between, the number of steps, where the program lies and
 * where the thread's own memory does (%fs), with blanks between; and for each step the general
 * registers before it, 17 words of 8 bytes: r8 to r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip.
 * What is beyond half a million steps is left out. False: it can't be done here. */
bool bench_trace(const struct bench_cell *cell, int to);

/* Makes bench_step() count what is taken from these lists of free frames, of this thread: a frame
 * in a list begins with a pointer to the next one. At any time, also before main(); they live as
 * long as the process. */
void bench_watch_pool(void *const *lists, size_t count);

/* The median over the rounds of a's time divided by b's in the same round. */
double bench_paired_ratio(const struct bench_cell *a, const struct bench_cell *b, unsigned rounds);

/* a's instructions divided by b's; negative: not known. */
double bench_instructions_ratio(const struct bench_cell *a, const struct bench_cell *b);

/* ---- Printing -------------------------------------------------------------------------------- */

/* The processor and its caches; the kernel and the compiler: a line each, without its end. Not
 * thread-safe: static buffers. */
const char *bench_machine(void);
const char *bench_system(void);
/* Both. */
void bench_print_machine(void);

enum { BENCH_PERCENTILES = 4 };

/* What 50, 90, 99 and 99.9 of 100 values are below, the first of which that are not; one value at
 * the least. Sorts them. */
void bench_percentiles(double *values, size_t count, double percentiles[BENCH_PERCENTILES]);

/* A table with one column for each setting. A negative value prints as "n/a". */
void bench_print_head(const char *title, const char *const *columns, size_t count);
void bench_print_row(const char *label, const double *values, size_t count, int decimals);
void bench_print_mixed_row(const char *label, const double *values, const int *decimals,
                           size_t count);
void bench_print_range(const char *label, const double *low, const double *high, size_t count);

/* The versions of one setting, a line each: their times and instructions, each beside its ratio to
 * those of the version `base`, which the columns call base_name. */
void bench_print_versions(const char *title, const struct bench_cell *cells, size_t versions,
                          size_t base, const char *base_name, unsigned rounds);
/* What its columns are. `base` tells what base_name stands for. */
void bench_print_versions_key(const char *base_name, const char *base, const char *unit,
                              const char *how_counted);

/* Whether the worst of some values keeps within a target. */
struct bench_verdict {
    const char *what;
    double target; /* the highest value that meets it */
    double worst;
    const char *where; /* NULL: nothing judged yet */
    bool unknown;      /* a value was negative */
};
void bench_judge(struct bench_verdict *verdict, double value, const char *where);
void bench_print_verdict(const struct bench_verdict *verdict);

/* Group sizes that are measured beside CORO_GROUP_AUTO. */
enum { BENCH_GROUPS = 13, BENCH_AUTO = BENCH_GROUPS, BENCH_GROUP_CELLS };
extern const size_t bench_groups[BENCH_GROUPS];

/* Measures as bench_measure() does, and reports, `cells` that hold for each setting one cell for
 * each of bench_groups and, as the last one, one for CORO_GROUP_AUTO, which finds the size
 * found[s]. False, after a message, where an answer was wrong. */
bool bench_measure_groups(struct bench_cell *cells, size_t settings, const size_t *found,
                          const char *unit, unsigned rounds);

/* The same in steps, for settings whose data are not there at the same time: the table's head, rows
 * of it, and what is below. */
struct bench_verdict bench_begin_groups(const char *unit);
bool bench_add_groups(struct bench_verdict *verdict, struct bench_cell *cells, size_t settings,
                      const size_t *found, unsigned rounds);
void bench_end_groups(const struct bench_verdict *verdict);

#ifdef __cplusplus
}
#endif

#endif
