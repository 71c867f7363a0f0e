// Histories of a key that can be explained by some order of the operations, and such that can't.
// RUN: %bare-clang -std=c17 -O1 -fsanitize=address,undefined -Wall -Wextra -Werror -I%source/bench/db %source/bench/db/linear.c %s -o %t
// RUN: %t | FileCheck %s --match-full-lines --implicit-check-not={{.}}
#include "linear.h"

#include <stdio.h>
#include <stdlib.h>

#define TELL(what, ...)                                                                            \
    do {                                                                                           \
        struct linear_operation operations[] = {__VA_ARGS__};                                      \
        size_t count = sizeof operations / sizeof *operations;                                     \
        printf("%s: %s\n", what, linear_check(operations, count) ? "yes" : "no");                  \
    } while (0)

// Begin, end; what it found, what it left.
static void by_hand(void)
{
    TELL("one after the other", {1, 2, 0, 7}, {3, 4, 7, 7}, {5, 6, 7, 0}, {7, 8, 0, 0});
    TELL("reads what isn't there", {1, 2, 0, 7}, {3, 4, 0, 0});
    TELL("reads before the write ends", {1, 6, 0, 7}, {2, 3, 7, 7}, {4, 5, 7, 7});
    TELL("and then not any more", {1, 6, 0, 7}, {2, 3, 7, 7}, {4, 5, 0, 0});
    TELL("an old value", {1, 2, 0, 7}, {3, 4, 7, 8}, {5, 6, 7, 7});
    TELL("an old value at the same time", {1, 2, 0, 7}, {3, 6, 7, 8}, {4, 5, 7, 7});
    TELL("both insert", {1, 4, 0, 7}, {2, 3, 0, 8});
    TELL("both remove the same", {1, 2, 0, 7}, {3, 6, 7, 0}, {4, 5, 7, 0});
    TELL("a value that nobody wrote", {1, 2, 0, 7}, {3, 4, 9, 9});
    TELL("the order has to be looked for", {1, 10, 8, 9}, {2, 9, 7, 8}, {3, 8, 0, 7}, {4, 7, 9, 0},
         {11, 12, 0, 0});
    TELL("two orders, each wrong for one", {1, 6, 0, 7}, {2, 5, 7, 0}, {3, 4, 0, 0}, {7, 8, 7, 7});
}
// CHECK: one after the other: yes
// CHECK-NEXT: reads what isn't there: no
// CHECK-NEXT: reads before the write ends: yes
// CHECK-NEXT: and then not any more: no
// CHECK-NEXT: an old value: no
// CHECK-NEXT: an old value at the same time: yes
// CHECK-NEXT: both insert: no
// CHECK-NEXT: both remove the same: no
// CHECK-NEXT: a value that nobody wrote: no
// CHECK-NEXT: the order has to be looked for: yes
// CHECK-NEXT: two orders, each wrong for one: no

// ---- Several keys

static const struct about {
    size_t key;
    struct linear_operation operation;
} abouts[] = {{0, {1, 2, 0, 7}}, {1, {3, 4, 0, 8}}, {0, {5, 6, 7, 0}}, {1, {7, 8, 7, 7}}};

static bool tell(const void *context, size_t k, size_t key, struct linear_operation *about)
{
    *about = ((const struct about *)context)[k].operation;
    return ((const struct about *)context)[k].key == key;
}

static void several_keys(void)
{
    for (size_t count = 3; count <= 4; count++)
        printf("%zu operations on two keys: %s\n", count,
               linear_check_keys(2, count, tell, abouts) ? "yes" : "no");
}
// CHECK-NEXT: 3 operations on two keys: yes
// CHECK-NEXT: 4 operations on two keys: no

// ---- Long ones

enum { COUNT = 1000, WIDTH = 24 };

// One effect each time unit, in the middle of an operation that is long enough for many to overlap.
static void make_history(struct linear_operation *operations, unsigned seed)
{
    uint64_t value = 0;
    srand(seed);
    for (size_t k = 0; k < COUNT; k++) {
        unsigned kind = (unsigned)rand() % 4;
        uint64_t after = kind == 0 ? k + 1 : kind == 1 ? 0 : value;
        uint64_t at = (k + WIDTH) * 10000;
        operations[k] = (struct linear_operation){at - (uint64_t)(rand() % (WIDTH * 10000 / 2)),
                                                  at + 1 + (uint64_t)(rand() % (WIDTH * 10000 / 2)),
                                                  value, after};
        value = after;
    }
}

int main(void)
{
    static struct linear_operation operations[COUNT];
    unsigned right = 0, found = 0, seeds = 5;
    by_hand();
    several_keys();
    for (unsigned seed = 1; seed <= seeds; seed++) {
        make_history(operations, seed);
        right += linear_check(operations, COUNT);
        // One of the last removals has removed another value, which was there long before.
        size_t k = COUNT - 1;
        while (operations[k].before == 0 || operations[k].after != 0)
            k--;
        operations[k].before = 1;
        found += !linear_check(operations, COUNT);
    }
    printf("long: %u of %u right, %u of %u mistakes found\n", right, seeds, found, seeds);
}
// CHECK-NEXT: long: 5 of 5 right, 5 of 5 mistakes found
