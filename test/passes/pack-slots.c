// Once the bodies of the tasks stand in the loop, nobody asks the frames in the slots for functions,
// header or index: a slot of 96 bytes has one cache line.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro-pack-slots 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks
// RUN: %c-to-ir %s | %opt -passes='default<O1>,verify' -S | FileCheck %s --check-prefix=SLIGHTLY
// REMARKS: remark: {{.*}}pack-slots.c:[[#]]:5: slots of 96 bytes in 'run' have 64 now: the rest of the frames is never read
// REMARKS: in 'of_four' have 64 now
// REMARKS: in 'left_early' have 64 now
// REMARKS: in 'adaptive' have 64 now
// REMARKS: slots of 112 bytes in 'found_by_two_ways' have 64 now
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
// CHECK: alloca i8, i64 %{{.*}}, align 64
// CHECK-NOT: {{store i2|store ptr @|, i64 (-)?96$|memcpy}}
// CHECK: ret i64
// What the debugger looks for at -Og.
// SLIGHTLY-LABEL: define {{.*}} @run(
// SLIGHTLY: store ptr @walk.resume
uint64_t run(size_t group, size_t count, node **starts, size_t hops)
{
    uint64_t sum = 0;
    coro_interleave(group, count, i, walk(starts[i], hops), v, { sum += v; });
    return sum;
}

// CHECK-LABEL: define {{.*}} @of_four(
// CHECK: alloca [256 x i8], align 64
uint64_t of_four(node **starts)
{
    uint64_t sum = 0;
    coro_interleave(4, 1000, i, walk(starts[i], 10), v, { sum += v; });
    return sum;
}

// What is in flight is destroyed: the handle of each is read.
// CHECK-LABEL: define {{.*}} @left_early(
// CHECK-NOT: store ptr @
// CHECK: ret i64
uint64_t left_early(size_t count, node **starts)
{
    coro_interleave(8, count, i, walk(starts[i], 10), v, {
        if (v == 7)
            return i;
    });
    return count;
}

// CHECK-LABEL: define {{.*}} @adaptive(
// CHECK-NOT: store ptr @
// CHECK: ret i64
uint64_t adaptive(size_t count, node **starts)
{
    uint64_t sum = 0;
    coro_interleave(CORO_GROUP_AUTO, count, i, walk(starts[i], 10), v, { sum += v; });
    return sum;
}

typedef struct {
    bool found;
    uint64_t payload;
} finding;
coro_declare(finding);

static coro_task(finding) search(node *n, uint64_t wanted, uint64_t least, size_t hops)
{
    coro_begin(finding);
    while (hops-- > 0) {
        coro_prefetch(n);
        least += n->payload;
        if (n->payload == wanted)
            coro_return((finding){true, least});
        n = n->next;
    }
    coro_return((finding){false, 0});
}

// A result of two members does not lie in the slot, either.
// CHECK-LABEL: define {{.*}} @found_by_two_ways(
// CHECK-NOT: store i8 1
// CHECK: ret i64
uint64_t found_by_two_ways(size_t count, node **starts, uint64_t wanted, size_t hops)
{
    uint64_t sum = 0;
    coro_interleave(CORO_GROUP_AUTO, count, i, search(starts[i], wanted, i, hops), v, {
        if (v.found)
            sum += v.payload;
    });
    return sum;
}
