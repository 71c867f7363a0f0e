// A variable-length array that no suspend crosses is a call up to CoroSplit, and an alloca behind it.
// RUN: %c-to-ir %s | %opt -passes=coro-prepare -S | FileCheck %s --check-prefix=HIDDEN
// RUN: %c-to-ir %s | %opt -passes='function(mem2reg),coro-prepare' -S | FileCheck %s --check-prefix=HIDDEN
// RUN: %cc -O1 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SPLIT
// RUN: %cc -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SPLIT
#include <coroinline/coro.h>

void fill(int *, int);

// HIDDEN-LABEL: define {{.*}} @coroutine(
// HIDDEN-NOT: alloca i32, i64
// HIDDEN: [[BYTES:%[^ ]+]] = mul i64 {{.*}}, 4
// HIDDEN-NEXT: call {{.*}}ptr @coroinline.alloca(i64 [[BYTES]], i64 16)
// SPLIT-NOT: call {{.*}}@coroinline.alloca
// SPLIT-LABEL: define internal fastcc void @coroutine.resume(
// SPLIT: alloca i8, i64 {{.*}}, align 16
// SPLIT: call void @fill(
// SPLIT-NOT: call {{.*}}@coroinline.alloca
coro_task(int) coroutine(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 1; i < n; i++) {
        {
            int array[i];
            fill(array, i);
            sum += array[i - 1];
        }
        coro_suspend();
    }
    coro_return(sum);
}
