/* support.c: the transcript, and the frames that are had or not. Compiled without the plugin. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* Of coro.h, which needs the plugin; not there in the oracle's build. */
struct coro_allocator {
    void *(*allocate)(void *context, size_t size, size_t align);
    void (*release)(void *context, void *memory, size_t size, size_t align);
    void *context;
};
__attribute__((weak)) int coro_set_allocator(const struct coro_allocator *a);
__attribute__((weak)) void coro_trim(void);

static struct {
    bool is_verbose, is_read;
    long fail_at, only; /* 0, -1: not set */
} settings;

static struct {
    unsigned long notes;
    uint64_t hash;
    long asked, held; /* frames */
} program;

static long number(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtol(text, NULL, 10) : otherwise;
}

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    return fuzz_frame_is_had() ? aligned_alloc(align, (size + align - 1) & ~(align - 1)) : NULL;
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    free(memory);
    fuzz_frame_is_freed();
}

static void read_settings(void)
{
    if (settings.is_read)
        return;
    settings.is_read = true;
    settings.is_verbose |= number("FUZZ_VERBOSE", 0) != 0;
    settings.fail_at = number("FUZZ_FAIL_AT", 0);
    settings.only = number("FUZZ_ONLY", -1);
    static const struct coro_allocator allocator = {allocate, release, NULL};
    if (coro_set_allocator && coro_set_allocator(&allocator) != 0) {
        fputs("fuzz: coro_set_allocator failed\n", stderr);
        abort();
    }
}

void fuzz_main(int argc, char **argv)
{
    for (int k = 1; k < argc; k++)
        settings.is_verbose |= strcmp(argv[k], "-v") == 0;
}

bool fuzz_may_fail(void)
{
    read_settings();
    return settings.fail_at != 0;
}

bool fuzz_frame_is_had(void)
{
    bool is_had = ++program.asked != settings.fail_at;
    program.held += is_had;
    return is_had;
}

void fuzz_frame_is_freed(void)
{
    program.held--;
}

/* Splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

void fuzz_note(unsigned place, uint64_t value)
{
    program.notes++;
    program.hash = mixed(program.hash ^ mixed(value ^ mixed(place)));
    if (settings.is_verbose) {
        printf("  note %u: %llu\n", place, (unsigned long long)value);
        fflush(stdout);
    }
}

uint64_t fuzz_opaque(uint64_t value)
{
    return value;
}

void fuzz_program(unsigned index, void (*run)(void))
{
    read_settings();
    if (settings.only >= 0 && (unsigned long)settings.only != index)
        return;
    memset(&program, 0, sizeof program);
    run();
    if (coro_trim)
        coro_trim(); /* the next program begins without cached frames */
    printf("program %u: %lu notes, hash %016llx\n", index, program.notes,
           (unsigned long long)program.hash);
    if (program.held != 0)
        printf("program %u: %ld frames leaked\n", index, program.held);
    fflush(stdout); /* in case that the next one crashes */
}
