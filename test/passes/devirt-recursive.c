// Linked recursion. A resume function that awaits a task of its own coroutine goes on with that in
// place, past the look at its suspend index, and, where it leaves for an awaiter that is such a task,
// with that one. What frees the awaited task is known, too.
// RUN: %c-to-ir -gline-tables-only -DCORO_NO_INLINE %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro-devirt -pass-remarks-missed=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks
// REMARKS: devirt-recursive.c:50:{{[0-9]+}}: 'walk' fused into 'walk.resume'
// REMARKS: devirt-recursive.c:51:{{[0-9]+}}: 'walk' fused into 'walk.resume'
// REMARKS: 'with_array' not fused into 'with_array.resume': it is recursive
#include <coroinline/coro.h>

typedef struct node {
    struct node *left, *right;
    uint64_t value;
} node;

// One call is left: of an awaiter that is not one of walk's. The others are of the allocator. One that is
// awaits at one of two places, and what it awaits is at hand: nothing is loaded of that, and the look at the
// index is no jump through a table. The start of each child is where it is awaited.
// CHECK-LABEL: define {{.*}} @walk.resume(
// CHECK: switch i3 %{{.+}}, label %{{.+}} [
// CHECK-NOT: call fastcc void @
// CHECK: store i64 [[RESULT:%.+]], ptr %{{.+}}, align 8
// CHECK-NOT: call fastcc void @
// CHECK: icmp eq ptr %{{.+}}, @walk.resume
// CHECK-NEXT: br i1 %{{.+}}, label %[[OWN:[^,]+]], label
// CHECK: {{^}}[[OWN]]:
// CHECK: [[INDEX:%.+]] = load i3, ptr
// CHECK-NEXT: [[IS_ONE:%.+]] = icmp eq i3 [[INDEX]],
// CHECK-NEXT: br i1 [[IS_ONE]], label %[[ONE:[^,]+]], label %[[OTHER:[^,]+]]
// CHECK: musttail call fastcc void %
// CHECK-NOT: call fastcc void @
// CHECK: call void @llvm.prefetch
// CHECK-NOT: call fastcc void @
// CHECK: call void @llvm.prefetch
// CHECK-NOT: call fastcc void @
// CHECK: {{^}}[[ONE]]:
// CHECK: phi i64 {{.*}}[ [[RESULT]], %[[OWN]] ]
// CHECK-NOT: call fastcc void @
// CHECK: {{^}}[[OTHER]]:
// CHECK: phi i64 {{.*}}[ [[RESULT]], %[[OWN]] ]
// CHECK-NOT: call fastcc void @
// CHECK: {{^}$}}
coro_task(uint64_t) walk(node *n)
{
    coro_begin(uint64_t);
    if (!n)
        coro_return(0);
    coro_prefetch(n);
    uint64_t left = coro_await(walk(n->left));
    uint64_t right = coro_await(walk(n->right));
    coro_return(left + 3 * right + n->value);
}

// An array whose size is not known takes from the stack what a return gives back, and a loop need not.
int fill(char *bytes, int n);
// CHECK-LABEL: define {{.*}} @with_array.resume(
// CHECK: musttail call fastcc void @with_array.resume(
// CHECK: {{^}$}}
coro_task(int) with_array(int n)
{
    coro_begin(int);
    coro_suspend();
    int sum;
    {
        char bytes[n];
        sum = fill(bytes, n);
    }
    if (sum)
        sum += coro_await(with_array(n - 1));
    coro_return(sum);
}

// Who awaits such a loop calls it.
// REMARKS: 'walk' not fused into 'above.resume': it is recursive
// CHECK-LABEL: define {{.*}} @above.resume(
// CHECK: musttail call fastcc void @walk.resume(
// CHECK: {{^}$}}
coro_task(uint64_t) above(node *n)
{
    coro_begin(uint64_t);
    coro_return(1 + coro_await(walk(n)));
}

// Always inlined is the coroutine, not its resume function: LLVM would do so without end.
CORO_INLINE static coro_task(int) down(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n ? 1 + coro_await(down(n - 1)) : 0);
}
// CHECK-LABEL: define {{.*}} @from.resume(
// CHECK: musttail call fastcc void @down.resume(
// CHECK-NOT: alwaysinline
coro_task(int) from(int n)
{
    coro_begin(int);
    coro_return(coro_await(down(n)));
}
