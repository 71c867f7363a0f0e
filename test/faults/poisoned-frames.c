// Frames that are full of garbage when they are got, end where the memory ends, and can't be touched
// after they were given back: the program does the same as with those of the C library. Also where
// allocations fail.
// RUN: %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O0;-O2' %everywhere %s -DCORO_NO_POOL | FileCheck %s
#include "Inputs/workload.h"

static char expected[sizeof transcript];

/* Runs with the C library's frames, then with poisoned ones. */
static void compare(long fail_at)
{
    faulty.fail_at = fail_at;
    faulty.poisons = false;
    int missing = run_parts();
    memcpy(expected, transcript, written + 1);
    faulty.poisons = true;
    if (run_parts() != missing || strcmp(expected, transcript))
        printf("call %ld: not\n%s\nbut\n%s\n", fail_at, expected, transcript);
    if (faulty.held || open_scopes)
        printf("call %ld: %ld frames, %d scopes left\n", fail_at, faulty.held, open_scopes);
}

int main(void)
{
    use_faulty();
    compare(0);
    // CHECK: layers6 {{.*}} in a loop20
    puts(transcript);
    long calls = faulty.asked;
    for (long n = 1; n <= calls; n++)
        compare(n);
    // CHECK-NOT: {{.}}
    return 0;
}
