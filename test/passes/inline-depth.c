// Nine layers come out as the same scheduler as none: as many instructions, no call but of intrinsics,
// and slots that are no larger.
// RUN: %cc -O3 -S -emit-llvm %s -o %t.ll
// RUN: FileCheck %s --input-file=%t.ll
// RUN: sed -n '/^define.*@run_nested(/,/^}/p' %t.ll | grep -c '^  ' >%t.nested
// RUN: sed -n '/^define.*@run_flat(/,/^}/p' %t.ll | grep -c '^  ' >%t.flat
// RUN: cmp %t.nested %t.flat
// RUN: test $(cat %t.flat) -gt 20
#include <coroinline/coro.h>

typedef struct node {
    struct node *next;
    uint64_t value;
} node;
typedef node *node_ptr;
coro_declare(node_ptr);

static coro_task(node_ptr) level1(node *n)
{
    coro_begin(node_ptr);
    coro_prefetch(n);
    coro_return(n->next);
}

#define LEVEL(outer, inner)                                                                        \
    static coro_task(node_ptr) outer(node *n)                                                      \
    {                                                                                              \
        coro_begin(node_ptr);                                                                      \
        node *next = coro_await(inner(n));                                                         \
        coro_return(next);                                                                         \
    }
LEVEL(level2, level1)
LEVEL(level3, level2)
LEVEL(level4, level3)
LEVEL(level5, level4)
LEVEL(level6, level5)
LEVEL(level7, level6)
LEVEL(level8, level7)
LEVEL(level9, level8)

static coro_task(uint64_t) nested(node *n, int hops)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    for (int i = 0; i < hops; i++) {
        n = coro_await(level9(n));
        sum += n->value;
    }
    coro_return(sum);
}

static coro_task(uint64_t) flat(node *n, int hops)
{
    coro_begin(uint64_t);
    uint64_t sum = 0;
    for (int i = 0; i < hops; i++) {
        coro_prefetch(n);
        n = n->next;
        sum += n->value;
    }
    coro_return(sum);
}

uint64_t run_nested(node *nodes, size_t count)
{
    uint64_t total = 0;
    coro_interleave(16, count, i, nested(&nodes[i], 16), v, { total += v; });
    return total;
}

uint64_t run_flat(node *nodes, size_t count)
{
    uint64_t total = 0;
    coro_interleave(16, count, i, flat(&nodes[i], 16), v, { total += v; });
    return total;
}

// CHECK-LABEL: define {{.*}} @run_nested(
// CHECK-NOT: {{call .*@[^l]|invoke}}
// CHECK: shl nuw nsw i64 %{{.*}}, [[SIZE:[0-9]+]]
// CHECK-NOT: {{call .*@[^l]|invoke}}
// CHECK: call void @llvm.prefetch.p0(
// CHECK-NOT: {{call .*@[^l]|invoke}}
// CHECK: {{^}$}}
// CHECK-LABEL: define {{.*}} @run_flat(
// CHECK: shl nuw nsw i64 %{{.*}}, [[SIZE]]
// CHECK: call void @llvm.prefetch.p0(
// CHECK-NOT: {{call .*@[^l]|invoke}}
// CHECK: {{^}$}}
