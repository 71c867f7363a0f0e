// Between the preparation of a suspend and the suspend, LLVM would soon make the stored value of one that
// is loaded: the task of a linked await is loaded by an atomic load, which is a plain one when the
// coroutine has been split. Tasks that are awaited one after the other share a slot.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-share-slots)' -S | FileCheck %s
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SPLIT --implicit-check-not='load atomic ptr' --implicit-check-not=unordered
// RUN: %cc -O2 -Rpass-analysis=coro-inline -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
#include <coroinline/coro.h>

CORO_NOINLINE coro_task(int) apart(int);
long get(void);

// CHECK-LABEL: define {{.*}} @linked(
// CHECK: [[SLOTS:%[^ ]+]] = alloca [16 x i8], align 8
// CHECK: [[TASK:%[^ ]+]] = {{.*}}call {{.*}}@apart(i32 noundef 1)
// CHECK: [[SLOT:%[^ ]+]] = getelementptr inbounds i8, ptr [[SLOTS]], i64 8
// CHECK-NEXT: store ptr [[TASK]], ptr [[SLOT]]
// CHECK: call token @llvm.coro.save(
// CHECK-NEXT: [[SLOT:%[^ ]+]] = getelementptr inbounds i8, ptr [[SLOTS]], i64 8
// CHECK-NEXT: [[AGAIN:%[^ ]+]] = load atomic ptr, ptr [[SLOT]] unordered, align 8
// CHECK-NEXT: call void @llvm.coro.await.suspend.handle(ptr {{.*}}[[AGAIN]],
// CHECK: [[TASK:%[^ ]+]] = {{.*}}call {{.*}}@apart(i32 noundef 2)
// CHECK: [[SLOT:%[^ ]+]] = getelementptr inbounds i8, ptr [[SLOTS]], i64 8
// CHECK-NEXT: store ptr [[TASK]], ptr [[SLOT]]
// CHECK: load atomic ptr,
// CHECK: {{^}$}}
// SPLIT: define {{.*}} @linked.resume(
// REMARK: 'linked': frame of 64 bytes; {{.*}}kept values 16 (40 with a field for each)
coro_task(int) linked(void)
{
    coro_begin(int);
    long a = get();
    long b = a + coro_await(apart(1)) + get();
    b += coro_await(apart(2));
    coro_suspend();
    coro_return(b == 1 ? get() : b == 2);
}
