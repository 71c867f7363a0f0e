// What may differ between threads is pinned to where it is computed until the coroutine is split, where it could be
// used behind a suspend: in the source, and in what comes by the ordinary inliner.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SPLIT --implicit-check-not='asm sideeffect'
// RUN: %cc -O2 -S -emit-llvm -mllvm -print-before=coro-split %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=LATE
// RUN: %cc -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=O0
// O0-NOT: coroinline-pin
#include <coroinline/coro.h>

__attribute__((const)) int *own(void);
__attribute__((const)) uint64_t me(void);
__attribute__((const)) double number(void);
__attribute__((pure)) int *read(void);
_Thread_local int local;

// CHECK-LABEL: define {{.*}} @keeps(
// CHECK-SAME: #[[#COROUTINE:]]
coro_task(uint64_t) keeps(void)
{
    coro_begin(uint64_t);
    // CHECK: [[ME:%.*]] = call i64 @me()
    // CHECK-NEXT: [[PINNED:%.*]] = call i64 asm sideeffect "", "=r,0"(i64 [[ME]]) #[[#PIN:]]
    // CHECK-NEXT: store i64 [[PINNED]]
    uint64_t before = me();
    // CHECK: [[LOCAL:%.*]] = call {{.*}}ptr @llvm.threadlocal.address.p0(ptr {{.*}}@local)
    // CHECK-NEXT: [[ADDRESS:%.*]] = call ptr asm sideeffect "", "=r,0"(ptr [[LOCAL]]) #[[#PIN]]
    // CHECK-NEXT: store ptr [[ADDRESS]]
    int *p = &local;
    // CHECK: call ptr @read()
    // CHECK-NOT: asm sideeffect
    // CHECK: call double @number()
    // CHECK-NOT: asm sideeffect
    // CHECK: llvm.coro.suspend
    int *q = read();
    double d = number();
    coro_suspend();
    coro_return(before + *p + *q + d);
}

// An address that is used on the spot is left alone.
// CHECK-LABEL: define {{.*}} @uses(
// CHECK-NOT: asm sideeffect
// CHECK: ret ptr
coro_task(int) uses(void)
{
    coro_begin(int);
    local = 1;
    ++*own();
    coro_suspend();
    coro_return(local + own()[2]);
}

// No coroutine calls it.
// CHECK-LABEL: define {{.*}} @plain(
// CHECK-NOT: asm sideeffect
// CHECK: ret i64
uint64_t plain(void)
{
    return me() + 1;
}

// One does, and instrumented code is inlined early.
// CHECK-LABEL: define {{.*}} @helper(
// CHECK: asm sideeffect
// CHECK: ret i64
uint64_t helper(void)
{
    return me() + 1;
}

// LATE: define {{.*}} @inlines(
// LATE: [[ME:%.*]] = {{.*}}call i64 @me()
// LATE-NEXT: call i64 asm sideeffect "", "=r,0"(i64 [[ME]])
// LATE: llvm.coro.suspend
coro_task(uint64_t) inlines(void)
{
    coro_begin(uint64_t);
    uint64_t before = helper();
    coro_suspend();
    coro_return(before);
}

// CHECK: attributes #[[#COROUTINE]] = {{.*}}presplitcoroutine{{.*}} "coroinline-pin"
// CHECK: attributes #[[#PIN]] = {{.*}} "coroinline-pin"

// SPLIT: define {{.*}} @keeps.resume(
// SPLIT: [[ME:%.*]] = {{.*}}call i64 @me()
// SPLIT: store i64 [[ME]]
