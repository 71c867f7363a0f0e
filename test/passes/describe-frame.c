// The resume function has a variable whose type tells a debugger what is where in the frame at each
// suspend, and no mark is left; a program without debug info has neither.
// RUN: %cc -g -O2 -S -emit-llvm -o - %s | FileCheck %s --implicit-check-not=coro__suspend --implicit-check-not=coro__start
// RUN: %cc -g -O0 -S -emit-llvm -o - %s | FileCheck %s --check-prefix=O0 --implicit-check-not=coro__suspend --implicit-check-not=coro__start
// RUN: %cc -O2 -S -emit-llvm -o - %s | FileCheck %s --check-prefix=PLAIN --implicit-check-not=coro__frame{{$}}
#include <coroinline/coro.h>

void use(int);

static coro_task(int) child(int *p)
{
    coro_begin(int);
    int five = 5, gone = *p;
    use(gone);
    coro_suspend();
    coro_return(*p + five);
}

coro_task(int) parent(int *q)
{
    coro_begin(int);
    coro_return(coro_await(child(q)));
}

// CHECK: define {{.*}} @parent.resume(
// CHECK: #dbg_value(ptr %0, [[VARIABLE:![0-9]+]], !DIExpression(),
// CHECK: {{^}$}}
// CHECK: [[VARIABLE]] = !DILocalVariable(name: "coro__frame", {{.*}}type: [[POINTER:![0-9]+]], flags: DIFlagArtificial)
// CHECK-NEXT: [[POINTER]] = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: [[FRAME:![0-9]+]], size: 64)
// CHECK-NEXT: [[FRAME]] = !DICompositeType(tag: DW_TAG_structure_type, name: "coro__frame", {{.*}}elements: [[MEMBERS:![0-9]+]])
// CHECK-NEXT: [[MEMBERS]] = !{[[INDEX:![0-9]+]], [[START:![0-9]+]], [[SUSPEND:![0-9]+]]}
// CHECK-NEXT: [[INDEX]] = !DIDerivedType(tag: DW_TAG_member, name: "index", {{.*}}baseType: !{{[0-9]+}}, size: 8, offset: {{[0-9]+}})
// CHECK: [[START]] = !DIDerivedType(tag: DW_TAG_member, name: "0:start",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "parent@{{.*}}describe-frame.c:[[@LINE-13]]",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "q", {{.*}}size: 64, offset: [[Q:[0-9]+]])
// CHECK: [[SUSPEND]] = !DIDerivedType(tag: DW_TAG_member, name: "{{[0-9]+}}",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "child@{{.*}}describe-frame.c:[[@LINE-22]]",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "arguments",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "p", {{.*}}size: 64, offset: [[Q]])
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "locals",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "five",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "= #5 value:0:4",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "gone",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "=",
// CHECK: !DIDerivedType(tag: DW_TAG_member, name: "parent@{{.*}}describe-frame.c:[[@LINE-23]]",

// O0: !DILocalVariable(name: "coro__frame",
// O0: !DIDerivedType(tag: DW_TAG_member, name: "child@{{.*}}describe-frame.c:[[@LINE-33]]",
// O0: !DIDerivedType(tag: DW_TAG_member, name: "five", {{.*}}size: 32, offset: {{[0-9]+}})
// PLAIN: define {{.*}} @parent.resume(
