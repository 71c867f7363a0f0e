// Where a thread's memory was touched before, no page of it is missing when it is allocated; blocks
// that are released come again, and those of different sizes don't lie in each other.
// RUN: %bare-clang -std=gnu17 -O1 -pthread -Wall -Wextra -Werror -I%source/bench/db %source/bench/db/pool.c %source/bench/harness.c %source/bench/counters.c %source/bench/stepping.c %s -o %t -lm
// RUN: %t | FileCheck %s --match-full-lines --implicit-check-not={{.}}
#include "pool.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { BLOCKS = 20000, BYTES = 10 << 20 };

static char *blocks[BLOCKS];

static size_t size_of(unsigned k)
{
    return 1 + k * 37 % 900;
}

/* Whether the page that a block begins in has memory of the system. */
static bool is_present(const char *block)
{
    unsigned char here = 0;
    mincore((void *)((uintptr_t)block & ~(uintptr_t)4095), 1, &here);
    return here & 1;
}

static unsigned allocate(void)
{
    unsigned missing = 0;
    for (unsigned k = 0; k < BLOCKS; k++) {
        blocks[k] = db_allocate(&pool_memory, size_of(k));
        missing += !is_present(blocks[k]) || !is_present(blocks[k] + size_of(k) - 1);
        memset(blocks[k], (int)k, size_of(k));
    }
    for (unsigned k = 0; k < BLOCKS; k++)
        for (size_t b = 0; b < size_of(k); b++)
            if ((unsigned char)blocks[k][b] != (unsigned char)k)
                return printf("block %u is another one's, too\n", k), missing;
    return missing;
}

int main(void)
{
    /* 20 000 blocks of some 480 bytes, of 15 sizes, each of which may leave a region of 2 MiB. */
    pool_touch(15 * (2 << 20) + BYTES);
    printf("touched: %u missing\n", allocate());
    // CHECK: touched: 0 missing
    printf("used: %d\n", pool_used() > BYTES - (2 << 20) && pool_used() < BYTES + (2 << 20));
    // CHECK-NEXT: used: 1
    for (unsigned k = 0; k < BLOCKS; k++)
        db_release(&pool_memory, blocks[k]);
    printf("left: %zu\n", pool_used());
    // CHECK-NEXT: left: 0
    printf("again: %u missing\n", allocate());
    // CHECK-NEXT: again: 0 missing
    pool_touch(4 << 20);
    for (unsigned k = 0; k < 3; k++)
        printf("%s\n", is_present(db_allocate(&pool_memory, 4096)) ? "there" : "missing");
    // CHECK-NEXT: there
    // CHECK-NEXT: there
    // CHECK-NEXT: there
}
