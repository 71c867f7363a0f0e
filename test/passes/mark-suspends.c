// Behind each suspend stand the values that the variables in scope have there, then a mark that has
// its line; what was read from memory is told only where it is used again, and so is in the frame.
// RUN: %c-to-ir -g %s | %opt -passes='coro-prepare,coro-inline,function(sroa,simplifycfg,coro-mark-suspends)' -S | FileCheck %s
// RUN: %c-to-ir -g %s | %opt -passes='coro-prepare,coro-inline,function(sroa,simplifycfg,coro-mark-suspends,coro-mark-suspends)' -S | FileCheck %s
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='coro-prepare,coro-inline,function(sroa,coro-mark-suspends)' -S | FileCheck %s --check-prefix=PLAIN --implicit-check-not=coro__suspend --implicit-check-not=coro__start
#include <coroinline/coro.h>

void before(int);
void after(int);

static coro_task(int) child(int *p)
{
    coro_begin(int);
    int read = *p, gone = p[1];
    before(gone);
    coro_suspend();
    int later = *p;
    after(later);
    coro_return(read);
}

// CHECK-LABEL: define {{.*}} @parent(
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-NEXT: #dbg_value(ptr [[Q:%[^,]+]], [[PARENT_Q:![0-9]+]],
// CHECK-NEXT: #dbg_label([[START:![0-9]+]],
// CHECK-NEXT: switch i8
// CHECK: call void @before(
// CHECK-NOT: #dbg_
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-DAG: #dbg_value(ptr [[Q]], [[PARENT_Q]],
// CHECK-DAG: #dbg_value(ptr [[Q]], [[P:![0-9]+]],
// CHECK-DAG: #dbg_value(i32 %{{.*}}, [[READ:![0-9]+]],
// CHECK-NOT: #dbg_value
// CHECK: #dbg_label([[MARK:![0-9]+]], [[LINE:![0-9]+]])
// CHECK-NEXT: switch i8
// CHECK: {{^}$}}
// CHECK-DAG: [[PARENT_Q]] = !DILocalVariable(name: "q", arg: 1
// CHECK-DAG: [[P]] = !DILocalVariable(name: "p", arg: 1
// CHECK-DAG: [[READ]] = !DILocalVariable(name: "read"
// CHECK-DAG: [[START]] = !DILabel({{.*}}name: "coro__start"
// CHECK-DAG: [[MARK]] = !DILabel({{.*}}name: "coro__suspend"
// CHECK-DAG: [[LINE]] = !DILocation(line: 16, {{.*}}inlinedAt:
// PLAIN: define {{.*}} @parent(
coro_task(int) parent(int *q)
{
    coro_begin(int);
    coro_return(coro_await(child(q)));
}
