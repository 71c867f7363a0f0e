// Values that are never alive at the same time share a slot: each is stored as soon as it is there,
// and loaded behind a suspend where it is used.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-share-slots)' -S | FileCheck %s
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=FRAME
// RUN: %cc -O2 -Rpass-analysis=coro-inline -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
#include <coroinline/coro.h>

typedef struct node node;
node *first_of(void);
node *second_of(node *);
int third_of(node *);

// CHECK-LABEL: define {{.*}} @phases(
// CHECK: [[SLOTS:%[^ ]+]] = alloca [8 x i8], align 8
// CHECK: [[FIRST:%[^ ]+]] = call ptr @first_of()
// CHECK-NEXT: store ptr [[FIRST]], ptr [[SLOTS]], align 8
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: [[AGAIN:%[^ ]+]] = load ptr, ptr [[SLOTS]], align 8
// CHECK-NEXT: [[SECOND:%[^ ]+]] = call ptr @second_of(ptr {{.*}}[[AGAIN]])
// CHECK-NEXT: store ptr [[SECOND]], ptr [[SLOTS]], align 8
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: [[AGAIN:%[^ ]+]] = load ptr, ptr [[SLOTS]], align 8
// CHECK-NEXT: [[THIRD:%[^ ]+]] = call i32 @third_of(ptr {{.*}}[[AGAIN]])
// CHECK-NEXT: store i32 [[THIRD]], ptr [[SLOTS]], align 8
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: load i32, ptr [[SLOTS]], align 8
// REMARK: 'phases': frame of 56 bytes; suspends: 3; of these, functions 16, chain and result 24, index 1, kept values 8 (20 with a field for each), variables in memory and gaps 7 [
// Five words, the result, one slot, and the index.
// FRAME: define {{.*}} @phases.resume(ptr {{.*}}dereferenceable(56)
coro_task(int) phases(void)
{
    coro_begin(int);
    node *first = first_of();
    coro_suspend();
    node *second = second_of(first);
    coro_suspend();
    int third = third_of(second);
    coro_suspend();
    coro_return(third);
}
