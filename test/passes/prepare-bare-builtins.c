// A C coroutine on the bare builtins is marked for CoroSplit and left alone otherwise.
// RUN: %bare-clang -Xclang -fcoroutines -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %opt -passes=coro-prepare -S %t.ll -o %t.prepared.ll
// RUN: FileCheck %s --input-file=%t.prepared.ll
// RUN: sed 's/ presplitcoroutine//' %t.prepared.ll | diff -I '^; ModuleID' %t.ll - | FileCheck %s --check-prefix=DIFF --allow-empty
// RUN: not %cc -O1 -DDYNAMIC -c %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC: in 'with_promise': a promise that is no local variable of its own
#include <stdlib.h>

// CHECK: attributes #{{[0-9]+}} = { {{.*}}presplitcoroutine
// DIFF-NOT: {{^[<>] +[^ ]}}
void *bare(int n)
{
    __builtin_coro_id(0, 0, 0, 0);
    void *frame = __builtin_coro_begin(malloc(__builtin_coro_size()));
    if (n)
        (void)__builtin_coro_suspend(0);
    __builtin_coro_end(0, 0);
    return frame;
}

void *with_promise(int n)
{
#ifdef DYNAMIC
    __builtin_coro_id(0, __builtin_alloca(n), 0, 0);
#else
    int promise = n;
    __builtin_coro_id(0, &promise, 0, 0);
#endif
    void *frame = __builtin_coro_begin(malloc(__builtin_coro_size()));
    (void)__builtin_coro_suspend(0);
    __builtin_coro_end(0, 0);
    return frame;
}
