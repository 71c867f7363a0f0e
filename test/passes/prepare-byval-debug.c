// A debugger finds an argument that was passed in the caller's memory in the frame.
// RUN: %c-to-ir -g %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir -g --target=aarch64-linux-gnu -ffreestanding %s | %opt -passes=coro-prepare -S | FileCheck %s
// What says something else of where it is stays as it is.
// RUN: %c-to-ir -g --target=aarch64-linux-gnu -ffreestanding %s | sed 's/(DW_OP_deref)/()/' | %opt -passes=coro-prepare -S | FileCheck %s --check-prefix=OTHER
// RUN: %c-to-ir -g --target=aarch64-linux-gnu -ffreestanding %s | sed 's/(DW_OP_deref)/(DW_OP_plus_uconst, 8)/' | %opt -passes=coro-prepare -S | FileCheck %s --check-prefix=OTHER
// OTHER: store ptr %{{[0-9]+}}, ptr [[SPILL:%[0-9]+]],
// OTHER: #dbg_declare(ptr [[SPILL]], {{![0-9]+}}, !DIExpression({{(DW_OP_plus_uconst, 8)?}}),
#include <coroinline/coro.h>

struct large {
    long word[12];
};

// CHECK-LABEL: define {{.*}} @coroutine(
// CHECK: [[COPY:%[^ ]+]] = alloca {{.*}}, align {{8|16}}
// CHECK: #dbg_declare(ptr [[COPY]], [[ARG:![0-9]+]], !DIExpression(),
// CHECK: [[ARG]] = !DILocalVariable(name: "arg", arg: 1,
coro_task(int) coroutine(struct large arg)
{
    coro_begin(int);
    coro_suspend();
    coro_return((int)arg.word[11]);
}
