// A debugger is told of the slot behind a suspend, as long as the value is there; a slot that another
// one has got is never taken for it.
// RUN: %c-to-ir -g %s | %opt -passes='coro-prepare,coro-inline,function(sroa,simplifycfg,coro-mark-suspends,coro-share-slots)' -S | FileCheck %s
// RUN: %cc -O1 -g -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SPLIT --implicit-check-not=coroinline.slot
#include <coroinline/coro.h>

long get(void);
long second_of(long);

// CHECK-LABEL: define {{.*}} @phases(
// CHECK: store i64 %{{.*}}, ptr [[SLOTS:%[^ ]+]], align 8, {{.*}}!coroinline.slot
// CHECK: call i8 @llvm.coro.suspend(
// CHECK: #dbg_value(ptr [[SLOTS]], [[FIRST:![0-9]+]], !DIExpression(DW_OP_deref_size, 8, DW_OP_stack_value),
// CHECK: call i64 @second_of(
// CHECK: call i8 @llvm.coro.suspend(
// CHECK-NOT: #dbg_value({{.*}}, [[FIRST]],
// CHECK: #dbg_value(ptr [[SLOTS]], [[SECOND:![0-9]+]], !DIExpression(DW_OP_deref_size, 8, DW_OP_stack_value),
// CHECK-NOT: #dbg_value({{.*}}, [[FIRST]],
// CHECK: {{^}$}}
// CHECK-DAG: [[FIRST]] = !DILocalVariable(name: "first"
// CHECK-DAG: [[SECOND]] = !DILocalVariable(name: "second"
// The frame's description: where the values are at each suspend.
// SPLIT-DAG: !DIDerivedType(tag: DW_TAG_member, name: "first", {{.*}}offset: 320
// SPLIT-DAG: !DIDerivedType(tag: DW_TAG_member, name: "second", {{.*}}offset: 320
coro_task(int) phases(void)
{
    coro_begin(int);
    long first = get();
    coro_suspend();
    long second = second_of(first);
    coro_suspend();
    coro_return((int)second);
}
