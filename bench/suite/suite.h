/* suite.h: what a workload of the suite is: its data, its operations and its variants. C and C++.
 *
 * A workload is a set of files: NAME.h has its data, NAME.c builds them and holds its table entry,
 * and the others are compiled into a function of the type suite_run for each variant:
 *
 *     NAME_layers.c   the layers as coroutines, and flattened by hand
 *     NAME_steps.h    the state machine of an operation, for the techniques of by_hand.c; where one
 *                     has better code for the workload, that is in NAME_TECHNIQUE.c
 *     NAME_cpp20.cpp  coroutines in C++20, nested and flat; for clang++ and g++
 *     NAME_rust.rs    async fn in Rust, nested and flat; peers.rs lists them
 *
 * All of them prefetch the same lines, leave an operation at the same points, and give the same
 * answers. CMakeLists.txt lists the workloads, and suite.c does. */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../harness.h"

enum suite_variant {
    SUITE_SEQUENTIAL, /* the layers as plain functions, not interleaved */
    SUITE_GROUP,      /* group prefetching by hand */
    SUITE_PIPELINE,   /* software-pipelined prefetching by hand */
    SUITE_AMAC,       /* a state machine by hand */
    SUITE_TWO_LEVEL,  /* the layers flattened by hand into one coroutine */
    SUITE_INLINED,    /* the layers, inlined; the scheduler calls the resume function */
    SUITE_FUSED,      /* inlined, the resume function in the scheduler's loop: the default */
    SUITE_LINKED,     /* a linked list of frames: the default where an await isn't inlined */
    SUITE_STACK,      /* the frames of a chain in a stack */
    SUITE_CIRCULAR,   /* suspended frames in a circular array */
    SUITE_POOLED,     /* C++20: each frame from a pool */
    SUITE_ELIDED,     /* C++20: clang elides frames where it finds that it may */
    SUITE_ELIDABLE,   /* C++20: [[clang::coro_await_elidable]]; since clang 20 */
    SUITE_FLAT,       /* C++20: flattened by hand */
    SUITE_BOOST,      /* the layers as plain functions on the stacks of Boost.Context's fibers */
    SUITE_GCC_POOLED, /* C++20 by g++, frames from the pool: it elides none */
    SUITE_GCC_FLAT,   /* C++20 by g++, flattened by hand */
    SUITE_UCONTEXT,   /* the layers as plain functions on stacks, by the C library's ucontext */
    SUITE_RUST,       /* Rust's async fn */
    SUITE_RUST_FLAT,  /* the same, flattened by hand */
    SUITE_VARIANTS,
    /* What memory allows, measured beside: the time of a line. */
    SUITE_LATENCY = SUITE_VARIANTS, /* each address known when the line before has come */
    SUITE_LINES,                    /* all addresses known in advance */
    SUITE_CELLS
};

/* What a variant is asked to do. */
struct suite_job {
    void *structure;      /* of the workload's type */
    const uint64_t *keys; /* one for each operation */
    size_t count;         /* of operations; may be 0 */
    size_t group;         /* operations in flight; 1 at least */
    size_t *found;        /* where run_auto stores what it has instead */
};

/* Does the job. Returns the sum over its operations of suite_weigh(), unless the workload says
 * something else. */
typedef uint64_t suite_run(const struct suite_job *job);

enum { SUITE_MISS = 3 }; /* the result of a lookup whose key isn't there */

/* What the result of operation i of a job adds to the answer. */
static inline uint64_t suite_weigh(size_t i, uint64_t result)
{
    return result * (2 * i + 1);
}

/* The value that belongs to a key. */
static inline uint64_t suite_value(uint64_t key)
{
    return bench_random(&key);
}

/* ---- Data ------------------------------------------------------------------------------------ */

struct suite_scale {
    size_t items;      /* keys in the structure; 1 at least */
    size_t parts;      /* that the operations are cut into */
    size_t operations; /* of a part */
    unsigned misses;   /* percent of the operations whose key isn't there */
};

/* Built once; the variants take the parts in turns. */
struct suite_data {
    void *structure;
    size_t bytes; /* of the structure: the working set */
    size_t parts, operations;
    uint64_t *keys;    /* of all parts, one after the other */
    uint64_t *answers; /* by part, as drawn, without the structure */
};

struct suite_workload {
    const char *name;
    const char *operation; /* what one of it does, in a line */
    size_t item_bytes;     /* of the working set for each item, about */
    bool zipf; /* the operations' items follow a Zipf distribution, else a uniform one */
    bool deep; /* as many layers, and calls for each suspend, as data.h says */
    void (*build)(struct suite_data *data, const struct suite_scale *scale, bool zipf);
    void (*destroy)(struct suite_data *data); /* the structure; the rest is not its own */
    /* NULL, or: gives the answer behind a run that gave `result`, and puts the structure back into
     * the state before the run. Not a part of the time. */
    uint64_t (*settle)(const struct suite_job *job, uint64_t result);
    suite_run *run[SUITE_VARIANTS]; /* NULL: not in this build */
    suite_run *run_auto;            /* SUITE_FUSED with CORO_GROUP_AUTO */
};

#ifdef __cplusplus
extern "C" {
#endif

/* Draws the operations and the answers of lookups that give suite_value() of their key. key_of()
 * gives the key of an item; for `missing`, one that is not there, if possible near it. */
void suite_draw_lookups(struct suite_data *data, const struct suite_scale *scale, bool zipf,
                        uint64_t (*key_of)(const void *structure, size_t item, bool missing));

/* The steps that 95 % of the operations are done with: what a pipeline has stages for. steps_of()
 * counts those of one. */
size_t suite_stages(const struct suite_data *data,
                    size_t (*steps_of)(const void *structure, uint64_t key));

/* Draws items, below `items`. */
struct suite_items;
struct suite_items *suite_items_new(size_t items, bool zipf, uint64_t seed);
size_t suite_next_item(struct suite_items *items);
void suite_items_free(struct suite_items *items);

/* The table entry's `run` and `run_auto`: in C, of a workload whose variants are called
 * PREFIX_sequential and so on, which SUITE_DECLARE declares. */
#if defined(__clang_major__) && __clang_major__ >= 20
#define SUITE_IF_ELIDABLE(run) run
#else
#define SUITE_IF_ELIDABLE(run) NULL
#endif
#ifdef SUITE_HAS_BOOST /* CMakeLists.txt looks */
#define SUITE_IF_BOOST(run) run
#else
#define SUITE_IF_BOOST(run) NULL
#endif

#ifdef SUITE_HAS_UCONTEXT
#define SUITE_IF_UCONTEXT(run) run
#else
#define SUITE_IF_UCONTEXT(run) NULL
#endif
#ifdef SUITE_HAS_RUST
#define SUITE_IF_RUST(run) run
#else
#define SUITE_IF_RUST(run) NULL
#endif
#ifdef SUITE_HAS_GCC
#define SUITE_IF_GCC(run) run
#else
#define SUITE_IF_GCC(run) NULL
#endif

#ifdef __cplusplus
#define SUITE_DECLARE(prefix) extern "C" SUITE_NAMES(prefix)
#else
#define SUITE_DECLARE(prefix) SUITE_NAMES(prefix)
#endif
#define SUITE_NAMES(prefix)                                                                        \
    suite_run prefix##_sequential, prefix##_group, prefix##_pipeline, prefix##_amac,               \
        prefix##_two_level, prefix##_inlined, prefix##_fused, prefix##_linked, prefix##_stack,     \
        prefix##_circular, prefix##_cpp20_pooled, prefix##_cpp20_elided, prefix##_cpp20_elidable,  \
        prefix##_cpp20_flat, prefix##_boost, prefix##_gcc_pooled, prefix##_gcc_flat,               \
        prefix##_ucontext, prefix##_rust_nested, prefix##_rust_flat, prefix##_auto

#define SUITE_RUNS(prefix)                                                                         \
    .run =                                                                                         \
        {                                                                                          \
            [SUITE_SEQUENTIAL] = prefix##_sequential,                                              \
            [SUITE_GROUP] = prefix##_group,                                                        \
            [SUITE_PIPELINE] = prefix##_pipeline,                                                  \
            [SUITE_AMAC] = prefix##_amac,                                                          \
            [SUITE_TWO_LEVEL] = prefix##_two_level,                                                \
            [SUITE_INLINED] = prefix##_inlined,                                                    \
            [SUITE_FUSED] = prefix##_fused,                                                        \
            [SUITE_LINKED] = prefix##_linked,                                                      \
            [SUITE_STACK] = prefix##_stack,                                                        \
            [SUITE_CIRCULAR] = prefix##_circular,                                                  \
            [SUITE_POOLED] = prefix##_cpp20_pooled,                                                \
            [SUITE_ELIDED] = prefix##_cpp20_elided,                                                \
            [SUITE_ELIDABLE] = SUITE_IF_ELIDABLE(prefix##_cpp20_elidable),                         \
            [SUITE_FLAT] = prefix##_cpp20_flat,                                                    \
            [SUITE_BOOST] = SUITE_IF_BOOST(prefix##_boost),                                        \
            [SUITE_GCC_POOLED] = SUITE_IF_GCC(prefix##_gcc_pooled),                                \
            [SUITE_GCC_FLAT] = SUITE_IF_GCC(prefix##_gcc_flat),                                    \
            [SUITE_UCONTEXT] = SUITE_IF_UCONTEXT(prefix##_ucontext),                               \
            [SUITE_RUST] = SUITE_IF_RUST(prefix##_rust_nested),                                    \
            [SUITE_RUST_FLAT] = SUITE_IF_RUST(prefix##_rust_flat),                                 \
    },                                                                                             \
    .run_auto = prefix##_auto

/* ---- Measuring ------------------------------------------------------------------------------- */

/* What a cell of the table measures: its bench_cell's context. */
struct suite_task {
    const struct suite_workload *workload;
    struct suite_data *data;
    enum suite_variant variant;
    suite_run *run;
    size_t group;
    size_t *turn; /* counts the runs on these data */
    unsigned repetitions;
    unsigned part;     /* of the run that suite_next_job() began */
    const char *sweep; /* that the cell belongs to; NULL: none */
    double place;      /* in that: the number that changes */
    double skew;       /* of the operations' items: Zipf's exponent, 0 if uniform */
    double depth;      /* of the layers, where the workload is deep, else 0 */
    double calls;      /* for each suspend; the same */
};

const char *suite_variant_name(unsigned variant);

/* What this build lacks for the variant, in two or three words; NULL: nothing. */
const char *suite_why_absent(unsigned variant);

struct suite_job suite_next_job(struct suite_task *task);

/* Compares the answer. A wrong one ends the process with status 1, after a message. */
void suite_settle(const struct suite_task *task, const struct suite_job *job, uint64_t result);

/* Begins the measurement, and the file of results, if that is not NULL. False: it can't be
 * written. */
bool suite_begin(const char *json);
/* Says something of the whole run in the file of results. Before the first suite_write(). */
void suite_tell(const char *name, const char *value);
/* Measures the cells, each by its repetitions, in random order: median and quartiles, and where the
 * processor counts them, instructions, cycles and misses, else negative numbers. */
void suite_measure(struct bench_cell *cells, size_t count);
/* Writes what suite_measure() has measured last, and what is known of its cells by now, to the file
 * of results, if there is one: each run with
 *
 *     label       WORKLOAD/VARIANT/SWEEP; the last is "none" outside of one
 *     counters    group, bytes (of the working set), skew, depth and calls; if known, instructions,
 *                 prefetches, frames, heap_calls, cycles, branch_misses and cache_misses per
 *                 operation, and huge_mib, what the process has in huge pages by now */
void suite_write(const struct bench_cell *cells);
void suite_end(void);

#ifdef __cplusplus
}
#endif

#endif
