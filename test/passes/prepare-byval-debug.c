// A debugger finds an argument that was passed in the caller's memory in the frame.
// RUN: %c-to-ir -g %s | %opt -passes=coro-prepare -S | FileCheck %s
// RUN: %c-to-ir -g --target=aarch64-linux-gnu -ffreestanding %s | %opt -passes=coro-prepare -S | FileCheck %s
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
