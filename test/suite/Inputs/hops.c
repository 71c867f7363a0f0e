/* In place of the suite, for anatomy.py: a loop whose hops are known to the last instruction, and one that
 * leaves the program.
 *   hops --trace FILE ... */
#include "harness.h"

#include <fcntl.h>
#include <string.h>

static char memory[4096] __attribute__((aligned(64))), node[64] __attribute__((aligned(64)));

/* A hop of 15 instructions, from behind the prefetch: what it loads first was stored by the one before, what it
 * loads then it has stored itself, in part, and the next one nobody has stored; the last one is of the line that
 * was prefetched. */
static void hops(const struct bench_cell *cell, unsigned size)
{
    (void)cell;
    uint64_t count = 8 * size;
    __asm__ volatile("subq $128, %%rsp\n"
                     "1: movq 128(%1), %%rax\n"
                     "movq %%rax, 64(%1)\n"
                     "movl 66(%1), %%ecx\n"
                     "movb 256(%1), %%cl\n"
                     "movb (%2), %%cl\n"
                     "callq 3f\n"
                     "leaq 2f(%%rip), %%rdx\n"
                     "jmpq *%%rdx\n"
                     "ud2\n"
                     "3: retq\n"
                     "2: testq %0, %0\n"
                     "js 1b\n"
                     "movq %%rax, 128(%1)\n"
                     "prefetcht0 (%2)\n"
                     "decq %0\n"
                     "jnz 1b\n"
                     "addq $128, %%rsp\n"
                     : "+r"(count)
                     : "r"(memory), "r"(node)
                     : "rax", "rcx", "rdx", "memory", "cc");
}

static void leave(const struct bench_cell *cell, unsigned size)
{
    (void)cell;
    for (unsigned k = 0; k < 8 * size; k++) {
        __builtin_prefetch(node);
        memory[k] = (char)strlen(strcpy(memory, node));
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    int file = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0666);
    const struct bench_cell known = {.setting = "test", .version = "known", .sample = hops};
    const struct bench_cell left = {.setting = "test", .version = "left", .sample = leave};
    return !(bench_trace(&known, file) && bench_trace(&left, file));
}
