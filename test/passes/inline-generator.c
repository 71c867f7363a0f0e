// A generator that a coroutine makes and loops over becomes part of the loop: no call, no frame, no
// transfer. A yield says where it stands, and goes to behind where the value was asked for; its own
// suspends are the consumer's.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,verify' -S -o %t.ll -pass-remarks=coro-inline -pass-remarks-missed=coro-inline 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not=remark:
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SPLIT
#include <coroinline/coro.h>

void visit(int v);

static coro_generator(int) range(int from, int to)
{
    coro_begin_generator(int);
    for (int i = from; i < to; i++) {
        coro_suspend();
        coro_yield(i);
    }
    coro_return();
}

// CHECK-NOT: @range
// CHECK-LABEL: define {{.*}} @loop(
// CHECK-COUNT-1: call ptr @llvm.coro.begin(
// CHECK-NOT: {{coro__enter_generator|@range|coro__cancel|@llvm.coro.destroy|@llvm.coro.begin}}
// CHECK: store i32 0, ptr [[AT:%coro.at]]
// CHECK-NOT: {{coro__enter_generator|@range|coro__cancel|@llvm.coro.destroy|@llvm.coro.begin}}
// CHECK: {{^}}coro.next:
// CHECK-NEXT: [[N:%[^ ]+]] = load i32, ptr [[AT]]
// CHECK-NEXT: switch i32 [[N]], label %coro.never{{[0-9]*}} [
// CHECK-NEXT: i32 0, label
// CHECK-NEXT: i32 2, label
// CHECK-NEXT: ]
// CHECK: {{^}}coro.undo:
// CHECK-NEXT: load i32, ptr [[AT]]
// CHECK-NEXT: switch i32
// CHECK-NEXT: i32 0, label
// CHECK-NEXT: i32 1, label
// CHECK-NEXT: i32 2, label
// CHECK-NEXT: i32 3, label
// CHECK-NEXT: ]
// CHECK-NOT: {{coro__enter_generator|@range|coro__cancel|@llvm.coro.destroy|@llvm.coro.begin}}
// CHECK: {{^}$}}

// What is left of the choice between the first value and the others is the loop.
// SPLIT-LABEL: define {{.*}} @loop.resume(
// SPLIT-COUNT-1: call void @visit(
// SPLIT-NOT: call void @visit(
// SPLIT: {{^}$}}
coro_task(void) loop(int n)
{
    coro_begin(void);
    // REMARKS: remark: {{.*}}'range' inlined into 'loop'
    coro_await_for (v, range(0, n))
        visit(v);
    coro_return();
}
