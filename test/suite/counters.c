/* The kernel's counters: a group of events is read together, an event that it does not count is not known,
 * and what was counted for a part of the time stands for all of it. */
// RUN: %bare-clang -std=c17 -Wall -Wextra -Werror -I%source/bench %s %source/bench/counters.c -o %t
// RUN: %t | FileCheck %s --match-full-lines
// RUN: env BENCH_COUNTS_SOFTWARE=1 %t | FileCheck %s --check-prefixes=CHECK,SOFTWARE --match-full-lines
#define _GNU_SOURCE
#include "counters.h"

#include <stdio.h>
#include <sys/mman.h>

static void print(const char *what, double total)
{
    if (total < 0)
        printf("%s: not known\n", what);
    else
        printf("%s: %.0f\n", what, total);
}

/* Three events are counted, the last one not; of the time that was asked for, three quarters, a half and
 * nothing. */
static void add_up(void)
{
    const struct counters counters = {.event = {3, 4, 5, -1}, .group = 3};
    struct counters_sum sum = {0}, none = {.asked = 100};
    counters_add(&sum, (struct counters_sum){1000, 500, {7, 70, 700, 0}},
                 (struct counters_sum){1400, 800, {37, 100, 1000, 9}});
    print("three quarters", counters_total(&counters, &sum, COUNTERS_INSTRUCTIONS));
    counters_add(&sum, (struct counters_sum){0, 0, {0, 0, 0, 0}},
                 (struct counters_sum){400, 100, {10, 20, 100, 0}});
    print("a half", counters_total(&counters, &sum, COUNTERS_INSTRUCTIONS));
    print("of another event", counters_total(&counters, &sum, COUNTERS_CYCLES));
    print("of the third", counters_total(&counters, &sum, COUNTERS_BRANCH_MISSES));
    print("of one that is not counted", counters_total(&counters, &sum, COUNTERS_CACHE_MISSES));
    print("nothing", counters_total(&counters, &none, COUNTERS_INSTRUCTIONS));
}
// CHECK: three quarters: 40
// CHECK-NEXT: a half: 80
// CHECK-NEXT: of another event: 100
// CHECK-NEXT: of the third: 800
// CHECK-NEXT: of one that is not counted: not known
// CHECK-NEXT: nothing: not known

/* Of the kernel's own events, which stand for the processor's here, the first and the fourth count pages that
 * are touched for the first time, and the second one time. The third does not exist. */
static void touch_pages(void)
{
    enum { PAGES = 256, PAGE = 4096 };
    struct counters counters;
    counters_open(&counters);
    char *memory =
        mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(memory, PAGES * PAGE, MADV_NOHUGEPAGE);
    struct counters_sum sum = {0}, before = counters_read(&counters);
    for (int k = 0; k < PAGES; k++)
        ((volatile char *)memory)[k * PAGE] = 1;
    counters_add(&sum, before, counters_read(&counters));
    puts(counters.group < 0 ? "refused" : "counted");
    print("first", counters_total(&counters, &sum, COUNTERS_INSTRUCTIONS));
    print("third", counters_total(&counters, &sum, COUNTERS_BRANCH_MISSES));
    print("fourth", counters_total(&counters, &sum, COUNTERS_CACHE_MISSES));
    bool second = sum.event[COUNTERS_CYCLES] > 1000 && sum.asked == sum.counted;
    puts(counters.group < 0 || second ? "time" : "no time");
    counters_close(&counters);
}
// SOFTWARE: {{refused|counted}}
// SOFTWARE-NEXT: first: {{256|not known}}
// SOFTWARE-NEXT: third: not known
// SOFTWARE-NEXT: fourth: {{256|not known}}
// SOFTWARE-NEXT: time

int main(void)
{
    add_up();
    touch_pages();
    return 0;
}
