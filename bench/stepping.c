/* stepping.c: counts instructions exactly where the kernel offers no counter, or writes them down:
 * the processor's trap flag makes it stop behind each one. In a child process, whose samples leave
 * no trace here. */
#define _GNU_SOURCE
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

struct steps {
    uint64_t all, prefetches, frames, heap_calls;
};

/* ---- Memory ---------------------------------------------------------------------------------- */

enum { LISTS = 512 };
static void *const *lists[LISTS];
static size_t list_count;

void bench_watch_pool(void *const *more, size_t count)
{
    if (count > LISTS - list_count) {
        fprintf(stderr, "more lists of free frames than can be watched\n");
        exit(1);
    }
    for (size_t k = 0; k < count; k++)
        lists[list_count++] = &more[k];
}

#ifdef __x86_64__

enum { TRAP_FLAG = 0x100 };

/* What the kernel shows of the general registers: r8 to r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp
 * and rip. */
enum { REGISTERS = 17, TRACE_ROOM = 1 << 19 /* steps */ };
_Static_assert(REG_R8 == 0 && REG_RIP + 1 == REGISTERS, "another order of the registers");
typedef uint64_t state[REGISTERS];

static struct steps counted;
static state *trace;       /* before each step; NULL: not wanted */
static void *first[LISTS]; /* in each of the lists, at the step before */

/* A step changes one list at the most. One whose first frame was followed by what is the first one
 * now has lost it; else a frame was put there. */
static bool is_frame_taken(void)
{
    bool taken = false;
    for (size_t k = 0; k < list_count; k++)
        if (*lists[k] != first[k]) {
            taken = first[k] && *(void **)first[k] == *lists[k];
            first[k] = *lists[k];
        }
    return taken;
}

/* Whether one of the functions begins at `code`. glibc's don't call each other there. */
static bool is_heap_call(uintptr_t code)
{
    typedef void function(void);
    static function *const functions[] = {
        (function *)malloc,        (function *)calloc,         (function *)realloc,
        (function *)aligned_alloc, (function *)posix_memalign,
    };
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        if (code == (uintptr_t)functions[k])
            return true;
    return false;
}

/* Whether there is a prefetch at `code`. */
static bool is_prefetch(const unsigned char *code)
{
    if ((*code & 0xf0) == 0x40) /* a REX prefix */
        code++;
    if (code[0] != 0x0f)
        return false;
    return code[1] == 0x0d || (code[1] == 0x18 && (code[2] >> 3 & 7) < 4);
}

static void on_step(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info;
    const ucontext_t *stopped = context;
    uintptr_t code = (uintptr_t)stopped->uc_mcontext.gregs[REG_RIP];
    /* A string instruction stops at each of its elements; elsewhere it counts once. */
    static uintptr_t before;
    bool goes_on = code == before;
    before = code;
    if (goes_on)
        return;
    if (trace && counted.all < TRACE_ROOM)
        memcpy(trace[counted.all], stopped->uc_mcontext.gregs, sizeof *trace);
    counted.all++;
    counted.prefetches += is_prefetch((const void *)code);
    counted.frames += is_frame_taken();
    counted.heap_calls += is_heap_call(code);
}

/* The handler has a stack of its own: samples may run on small ones. */
static bool prepare_to_step(void)
{
    static char stack[1 << 16];
    const stack_t handler_stack = {.ss_sp = stack, .ss_size = sizeof stack};
    const struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    return sigaltstack(&handler_stack, NULL) == 0 && sigaction(SIGTRAP, &action, NULL) == 0;
}

static struct steps step_through(const struct bench_cell *cell, unsigned size)
{
    counted = (struct steps){0};
    is_frame_taken(); /* by now, outside of a sample */
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() | TRAP_FLAG);
    cell->sample(cell, size);
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() & ~TRAP_FLAG);
    return counted;
}

extern const char __ehdr_start[]; /* where the program lies */

static bool write_all(int to, const void *bytes, size_t count)
{
    for (const char *next = bytes; count > 0;) {
        ssize_t written = write(to, next, count);
        if (written <= 0)
            return false;
        next += written;
        count -= (size_t)written;
    }
    return true;
}

/* What the child does: writes the steps of one sample. */
static _Noreturn void be_traced(const struct bench_cell *cell, int to)
{
    void *room = mmap(NULL, TRACE_ROOM * sizeof(state), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    uintptr_t thread;
    __asm__("movq %%fs:0, %0" : "=r"(thread));
    if (room == MAP_FAILED || !prepare_to_step())
        _exit(1);
    cell->sample(cell, 1);
    trace = room;
    uint64_t count = step_through(cell, 1).all;
    count = count < TRACE_ROOM ? count : TRACE_ROOM;
    dprintf(to, "%s/%s %llu %llu %llu\n", cell->setting, cell->version, (unsigned long long)count,
            (unsigned long long)(uintptr_t)__ehdr_start, (unsigned long long)thread);
    _exit(!write_all(to, trace, count * sizeof *trace));
}

bool bench_trace(const struct bench_cell *cell, int to)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        be_traced(cell, to);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

#else

bool bench_trace(const struct bench_cell *cell, int to)
{
    (void)cell, (void)to;
    return false;
}

static bool prepare_to_step(void)
{
    return false;
}

static struct steps step_through(const struct bench_cell *cell, unsigned size)
{
    (void)cell, (void)size;
    return (struct steps){0};
}

#endif

/* What twice the work took more; -1 where it was less, by what other than the work is done. */
static double more(uint64_t twice, uint64_t once)
{
    return twice < once ? -1 : (double)(twice - once);
}

/* What the child does: tells the steps of two samples, the second twice the first. */
static _Noreturn void be_stepped(const struct bench_cell *cell, int to)
{
    if (!prepare_to_step())
        _exit(1);
    cell->sample(cell, 1); /* fills the free lists, binds what is bound late */
    const struct steps steps[2] = {step_through(cell, 1), step_through(cell, 2)};
    _exit(write(to, steps, sizeof steps) != (ssize_t)sizeof steps);
}

bool bench_step(struct bench_cell *cell)
{
    int ends[2];
    struct steps steps[2];
    cell->instructions = cell->prefetches = cell->frames = cell->heap_calls = -1;
    if (pipe(ends) != 0)
        return false;
    pid_t child = fork();
    if (child == 0)
        be_stepped(cell, ends[1]);
    close(ends[1]);
    bool told = child > 0 && read(ends[0], steps, sizeof steps) == (ssize_t)sizeof steps;
    close(ends[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
    if (!told || steps[1].all <= steps[0].all)
        return false;
    const double units = cell->sample_units;
    const struct steps *once = &steps[0], *twice = &steps[1];
    cell->instructions = more(twice->all, once->all) / units;
    cell->prefetches = more(twice->prefetches, once->prefetches) / units;
    cell->frames = more(twice->frames, once->frames) / units;
    cell->heap_calls = more(twice->heap_calls, once->heap_calls) / units;
    return true;
}
