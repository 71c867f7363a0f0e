// Scalar arguments stay in registers up to their stores: two that a task hands on are not copied by
// one wide load, which the processor could not forward from the two stores before. Inlined, they are
// values like any other.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline' -S | FileCheck %s --check-prefix=INLINED
// RUN: %cc -O3 -DCORO_NO_INLINE -S -emit-llvm %s -o - | FileCheck %s --check-prefix=LINKED
#include <coroinline/coro.h>

typedef void *pointer;
coro_declare(pointer);

// CHECK-LABEL: define {{.*}} @child(
// CHECK-SAME: ptr noundef [[P:%[^,]+]], i64 noundef [[N:%[^)]+]])
// CHECK: call ptr asm "", "=r,0"(ptr [[P]])
// CHECK: call i64 asm "", "=r,0"(i64 [[N]])
coro_task(pointer) child(char *p, uint64_t n)
{
    coro_begin(pointer);
    coro_suspend();
    coro_return(p + n);
}

// INLINED-LABEL: define {{.*}} @parent(
// INLINED-COUNT-2: asm ""
// INLINED-NOT: asm ""
// INLINED: {{^}$}}
// LINKED-LABEL: define {{.*}} @parent.resume(
// LINKED-NOT: load <2 x i64>
// LINKED: asm "", "=r,0"(ptr
// LINKED: asm "", "=r,0"(i64
coro_task(pointer) parent(char *p, uint64_t n)
{
    coro_begin(pointer);
    coro_return(coro_await(child(p, n)));
}
