// The tasks of a coro_interleave are of one coroutine: its resume function goes into the scheduler,
// which then makes no indirect call, looks for no innermost task, and needs no suspend index: all
// that the scheduler resumes has been resumed before, and there is one suspend.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro-devirt -pass-remarks-missed=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll --implicit-check-not='call fastcc void %'
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not='fused into'
// REMARKS: remark: {{.*}}devirt-interleave.c:33:5: 'walk' fused into 'run'
#include <coroinline/coro.h>

typedef struct node {
    struct node *next;
    uint64_t payload;
} node;

static coro_task(uint64_t) walk(node *n, size_t hops)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    for (size_t k = 0; k < hops; k++) {
        coro_prefetch(n);
        sum += n->payload;
        n = n->next;
    }
    coro_return(sum);
}

// CHECK-LABEL: define {{.*}} @run(
// CHECK-NOT: {{store i2|switch i2|icmp .* i2 .*, 0}}
// CHECK: ret i64
uint64_t run(size_t group, size_t count, node **starts, size_t hops)
{
    uint64_t sum = 0;
    coro_interleave(group, count, i, walk(starts[i], hops), v, { sum += v; });
    return sum;
}
