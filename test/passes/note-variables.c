// A variable that is set once is told again behind each suspend in its scope, also one of an inlined
// coroutine; not one that is set twice, whose address is known, or that is declared later.
// RUN: %c-to-ir -g %s | %opt -passes='coro-prepare,coro-inline,function(coro-note-variables)' -S | FileCheck %s
#include <coroinline/coro.h>

void see(int *);

static coro_task(int) child(int argument)
{
    coro_begin(int);
    int twice = 1;
    coro_suspend();
    twice = 2;
    int later = 3;
    coro_return(argument + twice + later);
}

// CHECK-LABEL: define {{.*}} @parent(
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-NEXT: #dbg_value(i32 [[N:%[^,]+]], [[PARENT_N:![0-9]+]], !DIExpression(), !{{[0-9]+}})
// CHECK-NEXT: switch i8
// CHECK: call i8 @llvm.coro.suspend(token none, i1 false)
// CHECK-DAG: #dbg_value(i32 [[N]], [[PARENT_N]], !DIExpression(), !{{[0-9]+}})
// CHECK-DAG: #dbg_value(i32 {{.*}}, [[ARGUMENT:![0-9]+]], !DIExpression(), !{{[0-9]+}})
// CHECK-NOT: #dbg_
// CHECK: switch i8
// CHECK: {{^}$}}
// CHECK-DAG: [[PARENT_N]] = !DILocalVariable(name: "n", arg: 1
// CHECK-DAG: [[ARGUMENT]] = !DILocalVariable(name: "argument", arg: 1
coro_task(int) parent(int n)
{
    coro_begin(int);
    int known = n;
    see(&known);
    int result = coro_await(child(known));
    coro_return(result);
}
