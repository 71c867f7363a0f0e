// What keeps the variables of unoptimized code in the frame, for a debugger, is nothing that sanitizers look at.
// RUN: %cc -O0 -fsanitize=thread -S -emit-llvm %s -o - | grep -o 'call void @__tsan_[a-z]*[0-9]*' >%t.plain
// RUN: %cc -O0 -g -fsanitize=thread -S -emit-llvm %s -o - | grep -o 'call void @__tsan_[a-z]*[0-9]*' >%t.debug
// RUN: diff %t.plain %t.debug
// RUN: %cc -O0 -g -fsanitize=thread -S -emit-llvm %s -o - | FileCheck %s --check-prefix=KEPT
#include <coroinline/coro.h>

void start(int *);
void finish(int *);

// The frame has both.
// KEPT-LABEL: define {{.*}} @coroutine.resume(
// KEPT-NOT: alloca i32
coro_task(int) coroutine(void)
{
    coro_begin(int);
    int given = 0, own = 1;
    start(&given);
    coro_suspend();
    finish(&own);
    coro_return(own + given);
}
