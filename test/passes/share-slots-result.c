// Until the result is stored, its place is free: it is used where a frame takes one unit of 64 bytes less
// for that, and by nothing that is alive when the result comes, or later.
// RUN: %cc -O2 -DCORO_NO_INLINE -Rpass-analysis=coro-inline -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %cc -O2 -DCORO_NO_INLINE -S -emit-llvm %s -o - | FileCheck %s --check-prefix=IR
#include <coroinline/coro.h>

typedef struct node {
    struct node *left, *right;
    uint64_t value;
} node;

long get(void);
void use(long);

// The node lies there, and what the left side has come to beside it; both children share a slot.
// CHECK: 'walk': frame of 64 bytes; {{.*}} kept values 16 (32 with a field for each)
// IR: define {{.*}} @walk.resume(ptr {{.*}}dereferenceable(64)
coro_task(uint64_t) walk(const node *n)
{
    coro_begin(uint64_t);
    coro_prefetch(n);
    uint64_t left = n->left ? coro_await(walk(n->left)) : 0;
    uint64_t right = n->right ? coro_await(walk(n->right)) : 0;
    coro_return(left + 3 * right + n->value);
}

// No less for it: 56 bytes are one unit as well.
// CHECK: 'small': frame of 56 bytes; {{.*}} kept values 8,
coro_task(uint64_t) small(void)
{
    coro_begin(uint64_t);
    long a = get();
    coro_suspend();
    coro_return((uint64_t)a);
}

// A generator stores one result after the other: what it keeps is alive then, or comes later.
// CHECK: 'count': frame of 72 bytes; {{.*}} kept values 16,
coro_generator(uint64_t) count(void)
{
    coro_begin_generator(uint64_t);
    long a = get(), b = get();
    for (;;) {
        coro_yield((uint64_t)a);
        a += b;
    }
}
