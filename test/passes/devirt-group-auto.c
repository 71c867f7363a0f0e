// With CORO_GROUP_AUTO a coroutine is fused into coro_interleave as with a number, with its frames in
// the slots; what finds the group size is called where tasks end, and stays away from fixed groups.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro-devirt -pass-remarks-missed=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll --implicit-check-not='call fastcc void %' --implicit-check-not=coro__frame_ --implicit-check-not='load volatile'
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not='fused into'
// REMARKS: remark: {{.*}}: 'walk' fused into 'found'
// REMARKS: remark: {{.*}}: 'walk' fused into 'given'
// REMARKS: remark: {{.*}}: 'walk' fused into 'sixteen'
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

#define DRIVER(name, group)                                                                        \
    uint64_t name(size_t given, size_t count, node **starts, size_t hops)                          \
    {                                                                                              \
        (void)given;                                                                               \
        uint64_t sum = 0;                                                                          \
        coro_interleave(group, count, i, walk(starts[i], hops), v, { sum += v; });                 \
        return sum;                                                                                \
    }

// The prefetches of the first step, of the loop for frames in their slots, of that for one task alone
// and of that for frames that have been moved.
// CHECK-LABEL: define {{.*}} @found(
// CHECK: call {{.*}} @coro__group_begin(
// CHECK-COUNT-4: call void @llvm.prefetch
// CHECK-NOT: call void @llvm.prefetch
// CHECK: call {{.*}} @coro__group_tick(
// CHECK-NOT: call {{.*}} @coro__group_tick(
// CHECK: ret i64
DRIVER(found, CORO_GROUP_AUTO)

// CHECK-LABEL: define {{.*}} @given(
// CHECK-NOT: call {{.*}}@coro__group
// CHECK-COUNT-3: call void @llvm.prefetch
// CHECK-NOT: {{call .*@coro__group|coro__site|@llvm.prefetch}}
// CHECK: ret i64
DRIVER(given, given)

// CHECK-LABEL: define {{.*}} @sixteen(
// CHECK-NOT: call {{.*}}@coro__group
// CHECK-COUNT-3: call void @llvm.prefetch
// CHECK-NOT: {{call .*@coro__group|coro__site|@llvm.prefetch}}
// CHECK: ret i64
DRIVER(sixteen, 16)
