// coro_prefetch_range asks for each line that holds one of the bytes, once, in order, and for no other.
// RUN: %everywhere %s | FileCheck %s
#include <stdint.h>
#include <stdio.h>

static const char *lines[16];
static unsigned count;

static void note(const void *line)
{
    lines[count++] = line;
}

#define __builtin_prefetch(line, write, locality) note(line)
#include <coroinline/coro.h>

static _Alignas(64) char memory[1024];

static coro_task(int) look(const char *from, size_t bytes)
{
    coro_begin(int);
    coro_prefetch_range(from, bytes);
    coro_return(1);
}

// With sizes that the compiler knows.
static coro_task(int) look_at_nodes(const char *from)
{
    coro_begin(int);
    coro_prefetch_range(from, 256);
    coro_prefetch_range(from, 100);
    coro_return(1);
}

static bool expect(unsigned *at, const char *from, size_t bytes)
{
    const char *line = from - (uintptr_t)from % 64;
    for (; line < from + bytes; line += 64)
        if (*at == count || lines[(*at)++] != line)
            return false;
    return true;
}

int main(void)
{
    unsigned wrong = 0;
    for (size_t offset = 0; offset < 64; offset++) {
        const char *from = memory + 64 + offset;
        for (size_t bytes = 1; bytes < 400; bytes++) {
            unsigned at = count = 0;
            coro_run(look(from, bytes));
            wrong += !expect(&at, from, bytes) || at != count;
        }
        unsigned at = count = 0;
        coro_run(look_at_nodes(from));
        wrong += !expect(&at, from, 256) || !expect(&at, from, 100) || at != count;
    }
    // CHECK: 0 wrong
    printf("%u wrong\n", wrong);
    return 0;
}
