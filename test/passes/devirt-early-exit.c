// Linked recursion. Each await of a coroutine by itself, if through others, has the part before it in
// which the awaited one may end without having suspended: what ends there is never made.
// RUN: %c-to-ir -DCORO_NO_INLINE %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline,coro-devirt,function(sroa,early-cse,simplifycfg),verify' -S %t.ll -o %t.exits -pass-remarks=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.exits --implicit-check-not=coroinline.rest
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not="'above'" --implicit-check-not="'out_of_line'" --implicit-check-not="'touches'"
// REMARKS-COUNT-2: the early exits of 'walk' need no task in 'walk'
// REMARKS-DAG: the early exits of 'list' need no task in 'item'
// REMARKS-DAG: the early exits of 'item' need no task in 'list'
#include <coroinline/coro.h>

typedef struct node {
    struct node *left, *right, *item;
    uint64_t value;
} node;

// CHECK-LABEL: define {{.*}}@walk(
// CHECK: call void @llvm.prefetch
// CHECK: @llvm.coro.suspend
// CHECK: %[[LEFT:.+]] = load ptr, ptr %
// CHECK-NEXT: %[[IS:.+]] = icmp ne ptr %[[LEFT]], null
// CHECK-NEXT: br i1 %[[IS]], label %[[LINKED:[^,]+]], label
// CHECK: [[LINKED]]:
// CHECK-NEXT: call ptr @walk(ptr {{.*}}%[[LEFT]])
// CHECK: @coro__enter)
// CHECK: %[[RIGHT:.+]] = load ptr, ptr %
// CHECK-NEXT: %[[IS:.+]] = icmp ne ptr %[[RIGHT]], null
// CHECK-NEXT: br i1 %[[IS]], label %[[LINKED:[^,]+]], label
// CHECK: [[LINKED]]:
// CHECK-NEXT: call ptr @walk(ptr {{.*}}%[[RIGHT]])
// CHECK-NOT: call ptr @walk(
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

// In turns: each has the exits of the other, and goes on where the other has ended.
static coro_task(uint64_t) list(node *n);
// CHECK-LABEL: define {{.*}}@item(
// CHECK: call void @llvm.coro.await.suspend.handle({{.*}} @coro__leave)
// CHECK-NOT: @coro__leave
// CHECK: %[[ITEM:.+]] = getelementptr {{.*}} i32 0, i32 2
// CHECK-NEXT: %[[LIST:.+]] = load ptr, ptr %[[ITEM]]
// CHECK-NEXT: %[[IS:.+]] = icmp ne ptr %[[LIST]], null
// CHECK-NEXT: br i1 %[[IS]], label %[[LINKED:[^,]+]], label
// CHECK-NOT: @coro__leave
// CHECK: [[LINKED]]:
// CHECK-NEXT: call ptr @list(ptr {{.*}}%[[LIST]])
// CHECK-NOT: call ptr @{{item|list}}(
// CHECK-NOT: @coro__leave
// CHECK: {{^}$}}
coro_task(uint64_t) item(node *n)
{
    coro_begin(uint64_t);
    if (n->value)
        coro_return(n->value);
    coro_suspend();
    coro_return(coro_await(list(n->item)));
}
static coro_task(uint64_t) list(node *n)
{
    coro_begin(uint64_t);
    if (!n)
        coro_return(0);
    coro_suspend();
    coro_return(coro_await(item(n)));
}

// From outside of the recursion, the await is what CORO_NO_INLINE says.
// CHECK-LABEL: define {{.*}}@above(
// CHECK: coro.resumed:
// CHECK-NEXT: call ptr @walk(
coro_task(uint64_t) above(node *n)
{
    coro_begin(uint64_t);
    coro_return(coro_await(walk(n)));
}

// Out of line is out of line.
// CHECK-LABEL: define {{.*}}@out_of_line(
// CHECK-COUNT-1: icmp ne i32
// CHECK-NOT: icmp ne i32
// CHECK: call ptr @out_of_line(
CORO_NOINLINE coro_task(int) out_of_line(int n)
{
    coro_begin(int);
    if (!n)
        coro_return(0);
    coro_suspend();
    coro_return(1 + coro_await(out_of_line(n - 1)));
}

// What is done before the task suspends would be done twice.
void touch(int);
// CHECK-LABEL: define {{.*}}@touches(
// CHECK-COUNT-1: call void @touch(
// CHECK-NOT: call void @touch(
// CHECK: {{^}$}}
coro_task(int) touches(int n)
{
    coro_begin(int);
    touch(n);
    if (!n)
        coro_return(0);
    coro_suspend();
    coro_return(1 + coro_await(touches(n - 1)));
}
