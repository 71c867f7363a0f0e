// A program that asks coro_failed() survives the failure of each single allocation, and of all behind it:
// the part that it hit knows, the others give the same answer as ever, and nothing is left.
// RUN: %everywhere %s | FileCheck %s
// RUN: env LEVELS='-O0;-O2' %everywhere %s -DCORO_NO_POOL | FileCheck %s
#include "Inputs/workload.h"

static int64_t expected[PARTS];
static bool was_hit[PARTS];

static void fail_at(long call, bool and_after)
{
    faulty.fail_at = call;
    faulty.and_after = and_after;
    int missing = run_parts();
    if (missing < 1 || (missing > 1 && !and_after))
        printf("call %ld: %d parts failed\n", call, missing);
    for (int k = 0; k < PARTS; k++) {
        was_hit[k] |= hit[k];
        if (answers[k] != expected[k] && !hit[k])
            printf("call %ld: %s gave %lld\n", call, parts[k].name, (long long)answers[k]);
    }
    if (faulty.held || open_scopes)
        printf("call %ld: %ld frames, %d scopes left\n", call, faulty.held, open_scopes);
}

int main(void)
{
    use_faulty();
    // CHECK: missing 0, frames 0, scopes 0
    printf("missing %d, frames %ld, scopes %d\n", run_parts(), faulty.held, open_scopes);
    long calls = faulty.asked;
    memcpy(expected, answers, sizeof answers);
    for (long n = 1; n <= calls; n++) {
        fail_at(n, false);
        fail_at(n, true);
    }
    // CHECK-NEXT: layers: 6, failed 1
    // CHECK-NEXT: recursion: 3, failed 1
    // CHECK-NEXT: generators: 1, failed 1
    // CHECK-NEXT: by hand: 14, failed 1
    // CHECK-NEXT: interleaved: 53, failed 1
    // CHECK-NEXT: mixed: 16, failed 1
    // CHECK-NEXT: in a loop: 20, failed 1
    for (int k = 0; k < PARTS; k++)
        printf("%s: %lld, failed %d\n", parts[k].name, (long long)expected[k], was_hit[k]);
    // CHECK-NOT: {{.}}
    return 0;
}
