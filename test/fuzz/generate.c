/* generate.c: prints random programs of coroutines, to be compiled with fuzz.h.
 *
 *     generate --seed 1 --count 20 --parts 2 > programs.c
 *
 * The same options give the same text anywhere. Program I of a seed is the same in every output but
 * for the sections it lies in, so --only I gives it alone.
 *
 * They compile without a warning of -Wall -Wextra but for these, which say that chance made something
 * for nothing: -Wno-unused-variable -Wno-unused-parameter -Wno-unused-function
 * -Wno-unused-but-set-variable -Wno-unused-but-set-parameter -Wno-unneeded-internal-declaration
 * -Wno-self-assign -Wno-bitfield-constant-conversion. */
#include "generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEATURE_WORDS(name, words) words,
static const char *const feature_words[] = {FEATURES(FEATURE_WORDS)};

static const char preamble[] =
    "#define FZ_HOLD(T)                                                                     \\\n"
    "    struct fz_held_##T {                                                               \\\n"
    "        coro_task(T) task;                                                             \\\n"
    "        bool full;                                                                     \\\n"
    "    };                                                                                 \\\n"
    "    struct fz_many_##T {                                                               \\\n"
    "        coro_task(T) task[5];                                                          \\\n"
    "        unsigned count;                                                                \\\n"
    "    };                                                                                 \\\n"
    "    static inline void fz_drop_##T(struct fz_held_##T *h)                              \\\n"
    "    {                                                                                  \\\n"
    "        if (h->full)                                                                   \\\n"
    "            coro_destroy(h->task);                                                     \\\n"
    "    }                                                                                  \\\n"
    "    static inline void fz_resume_##T(void *task)                                       \\\n"
    "    {                                                                                  \\\n"
    "        coro_resume(*(coro_task(T) *)task);                                            \\\n"
    "    }                                                                                  \\\n"
    "    static inline void fz_destroy_##T(void *task)                                      \\\n"
    "    {                                                                                  \\\n"
    "        coro_destroy(*(coro_task(T) *)task);                                           \\\n"
    "    }                                                                                  \\\n"
    "    static inline void fz_drop_many_##T(struct fz_many_##T *m)                         \\\n"
    "    {                                                                                  \\\n"
    "        while (m->count > 0)                                                           \\\n"
    "            coro_destroy(m->task[--m->count]);                                         \\\n"
    "    }\n"
    "#define FZ_HOLD_VALUES(T)                                                              \\\n"
    "    struct fz_values_##T {                                                             \\\n"
    "        coro_generator(T) generator;                                                   \\\n"
    "        bool full, busy;                                                               \\\n"
    "    };                                                                                 \\\n"
    "    static inline void fz_drop_values_##T(struct fz_values_##T *h)                     \\\n"
    "    {                                                                                  \\\n"
    "        if (h->full)                                                                   \\\n"
    "            coro_destroy(h->generator);                                                \\\n"
    "    }\n"
    "\n"
    "struct fz_link {\n"
    "    uint64_t value, *at;\n"
    "    struct fz_link *next;\n"
    "};\n"
    "struct fz_guard {\n"
    "    uint64_t *target;\n"
    "    unsigned place;\n"
    "};\n"
    "static inline void fz_left_guard(struct fz_guard *g)\n"
    "{\n"
    "    *g->target += g->place;\n"
    "    fuzz_note(g->place, *g->target);\n"
    "}\n"
    "static inline void fz_left_u64(uint64_t *v)\n"
    "{\n"
    "    fuzz_note(900, *v);\n"
    "}\n"
    "static inline void fz_left_i32(int32_t *v)\n"
    "{\n"
    "    fuzz_note(901, (uint64_t)*v);\n"
    "}\n"
    "static inline void fz_left_bool(bool *v)\n"
    "{\n"
    "    fuzz_note(902, *v);\n"
    "}\n"
    "static inline void fz_seen(void *p)\n"
    "{\n"
    "    __asm__ volatile(\"\" : : \"r\"(p) : \"memory\");\n"
    "}\n"
    "static inline uint64_t fz_mixed(uint64_t a, uint64_t b, uint64_t c)\n"
    "{\n"
    "    return (a * 31 ^ b) * 31 + c;\n"
    "}\n"
    "static inline unsigned fz_random(uint64_t *state)\n"
    "{\n"
    "    *state = *state * 6364136223846793005 + 1442695040888963407;\n"
    "    return (unsigned)(*state >> 33);\n"
    "}\n";

/* ---- Options -------------------------------------------------------------------------------------- */

struct options {
    uint64_t seed;
    unsigned first, count, parts;
    enum size size;
    bool failing, statistics;
};

static _Noreturn void usage(int status)
{
    fputs("usage: generate --seed S [--count K | --only I] [--parts N]\n"
          "                [--size tiny|small|medium|large] [--failing] [--statistics]\n"
          "\n"
          "  --seed S      which programs; program I of a seed is the same for every count\n"
          "  --count K     so many programs, from number 0 on (default 1)\n"
          "  --only I      program I alone\n"
          "  --parts N     sections for -DFUZZ_PART=0 to N-1; without FUZZ_PART all is compiled\n"
          "  --size W      tiny, small (default), medium or large\n"
          "  --failing     programs whose tasks may fail to be made\n"
          "  --statistics  prints how many of the programs contain what instead\n",
          status ? stderr : stdout);
    exit(status);
}

static uint64_t number_after(char **argument)
{
    char *end;
    errno = 0;
    uint64_t value =
        argument[1] && *argument[1] ? strtoull(argument[1], &end, 0) : (errno = EINVAL);
    if (errno || *end) {
        fprintf(stderr, "generate: %s wants a number\n", argument[0]);
        usage(2);
    }
    return value;
}

static enum size size_after(char **argument)
{
    static const char *const sizes[] = {"tiny", "small", "medium", "large"};
    for (enum size k = TINY; k < SIZES; k++)
        if (argument[1] && strcmp(argument[1], sizes[k]) == 0)
            return k;
    fprintf(stderr, "generate: --size wants tiny, small, medium or large\n");
    usage(2);
}

static struct options parse(char **argv)
{
    struct options o = {.count = 1, .parts = 1, .size = SMALL};
    for (char **a = argv + 1; *a; a++) {
        if (strcmp(*a, "--failing") == 0)
            o.failing = true;
        else if (strcmp(*a, "--statistics") == 0)
            o.statistics = true;
        else if (strcmp(*a, "--help") == 0)
            usage(0);
        else if (strcmp(*a, "--seed") == 0)
            o.seed = number_after(a++);
        else if (strcmp(*a, "--count") == 0)
            o.count = (unsigned)number_after(a++);
        else if (strcmp(*a, "--only") == 0)
            o.first = (unsigned)number_after(a++), o.count = 1;
        else if (strcmp(*a, "--parts") == 0)
            o.parts = (unsigned)number_after(a++);
        else if (strcmp(*a, "--size") == 0)
            o.size = size_after(a++);
        else
            usage(2);
    }
    if (!o.parts)
        o.parts = 1;
    return o;
}

/* ---- Output --------------------------------------------------------------------------------------- */

static void put(const struct buffer *b)
{
    if (b->bytes)
        fputs(b->bytes, stdout);
}

static void section(const struct options *o, unsigned part)
{
    if (o->parts > 1)
        printf("\n#if !defined(FUZZ_PART) || FUZZ_PART == %u\n", part % o->parts);
    else
        puts("");
}

static void section_end(const struct options *o)
{
    if (o->parts > 1)
        puts("#endif");
}

static void program_print(const struct options *o, const struct program *p)
{
    printf("\n/* ---- Program %u ---- */\n\n", p->number);
    put(&p->types_text);
    put(&p->shared_text);
    for (unsigned k = 0; k < p->part_count; k++) {
        section(o, k + p->number);
        put(&p->parts[k].prototypes);
        put(&p->parts[k].tables);
        puts("");
        put(&p->parts[k].bodies);
        section_end(o);
    }
}

static void main_print(const struct options *o)
{
    section(o, 0);
    puts("int main(int argc, char **argv)\n{\n    fuzz_main(argc, argv);");
    for (unsigned k = o->first; k < o->first + o->count; k++)
        printf("    fuzz_program(%u, p%u_run, p%u_threads);\n", k, k, k);
    puts("    return 0;\n}");
    section_end(o);
}

static void print_all(const struct options *o)
{
    static struct program p;
    printf("/* generate --seed %llu: programs %u to %u */\n#include \"fuzz.h\"\n\n",
           (unsigned long long)o->seed, o->first, o->first + o->count - 1);
    fputs(preamble, stdout);
    fputs(types_preamble, stdout);
    for (unsigned k = o->first; k < o->first + o->count; k++) {
        program_make(&p, o->seed, k, o->size, o->failing);
        program_print(o, &p);
        program_free(&p);
    }
    main_print(o);
}

static void print_statistics(const struct options *o)
{
    static struct program p;
    unsigned counts[FEATURE_COUNT] = {0};
    for (unsigned k = o->first; k < o->first + o->count; k++) {
        program_make(&p, o->seed, k, o->size, o->failing);
        for (unsigned f = 0; f < FEATURE_COUNT; f++)
            counts[f] += p.used[f];
        program_free(&p);
    }
    for (unsigned f = 0; f < FEATURE_COUNT; f++)
        printf("%8u  %s\n", counts[f], feature_words[f]);
}

int main(int argc, char **argv)
{
    (void)argc;
    struct options o = parse(argv);
    (o.statistics ? print_statistics : print_all)(&o);
    if (fflush(stdout) || ferror(stdout)) {
        perror("generate: output");
        return 2;
    }
    return 0;
}
