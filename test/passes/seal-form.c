// A sealed coroutine is a function like any other, which the optimizer leaves alone and whose calls it does not know. What
// ThinLTO is to import is shipped as alwaysinline.
// RUN: %c-to-lto-ir %s >%t.ll
// RUN: %opt -passes='coro-prepare,coro-seal,verify' -S %t.ll | FileCheck %s --check-prefixes=CHECK,SEALED
// RUN: %opt -passes='coro-prepare,coro-seal,coro-ship,verify' -S %t.ll | FileCheck %s --check-prefixes=CHECK,SHIPPED
#include <coroinline/coro.h>

// CHECK-LABEL: define {{.*}} @taken(
// CHECK-SAME: [[TAKEN:#[0-9]+]] {
// CHECK: [[ID:%[^ ]+]] = call ptr @"CoroInline: the linker needs the plugin{{.*}}"(i32 0, ptr %{{[^,]+}}, ptr null, ptr null)
// CHECK: call i1 @coroinline.sealed.llvm.coro.alloc(ptr [[ID]])
// CHECK-DAG: call i8 @coroinline.sealed.llvm.coro.suspend(ptr null, i1 true)
// CHECK-DAG: [[SAVE:%[^ ]+]] = call ptr @coroinline.sealed.llvm.coro.save(ptr
// CHECK-DAG: call void @coroinline.sealed.llvm.coro.await.suspend.handle(
// CHECK-DAG: call i8 @coroinline.sealed.llvm.coro.suspend(ptr [[SAVE]], i1 false)
// CHECK-DAG: call i8 @coroinline.sealed.llvm.coro.suspend(ptr null, i1 false) [[START:#[0-9]+]]
coro_task(int) taken(void)
{
    coro_begin(int);
    coro_return(1);
}

// CHECK-LABEL: define {{.*}} @kept(
// CHECK-SAME: [[KEPT:#[0-9]+]] {
CORO_NOINLINE coro_task(int) kept(void)
{
    coro_begin(int);
    coro_return(1);
}

// The debugger's, and whatever it awaits is linked.
// CHECK-LABEL: define {{.*}} @unoptimized(
// CHECK: call token @llvm.coro.id(
__attribute__((optnone, noinline)) coro_task(int) unoptimized(void)
{
    coro_begin(int);
    coro_return(1);
}

// CHECK-LABEL: define {{.*}} @no_coroutine(
// CHECK-NOT: coroinline.sealed
// CHECK: call {{.*}} @llvm.coro.done(
int no_coroutine(coro_task(int) task)
{
    return __builtin_coro_done(task.coro__frame);
}

// One error of the linker is enough: the others are weak. Hidden, they are also missed where a shared library is made.
// CHECK: declare hidden ptr @"CoroInline: {{[^"]*}}"(i32, ptr, ptr, ptr)
// CHECK: declare extern_weak {{.*}}hidden i8 @coroinline.sealed.llvm.coro.suspend(ptr, i1)

// SEALED-DAG: attributes [[TAKEN]] = { noinline {{.*}}optnone {{.*}}"coroinline-sealed"="2;{{[0-9]+}};;{{.*}}seal-form.c"
// SEALED-DAG: attributes [[KEPT]] = { noinline {{.*}}optnone {{.*}}"coroinline-sealed"="2;{{[0-9]+}};noinline;{{.*}}seal-form.c"
// SHIPPED-DAG: attributes [[TAKEN]] = { alwaysinline nounwind uwtable "coroinline-pin" "coroinline-sealed"="2;{{.*}} "coroinline-shipped"
// SHIPPED-DAG: attributes [[KEPT]] = { noinline nounwind uwtable "coroinline-pin" "coroinline-sealed"="2;{{.*}} "coroinline-shipped"
// CHECK-DAG: attributes [[START]] = {{.*}}"coroinline-start"
