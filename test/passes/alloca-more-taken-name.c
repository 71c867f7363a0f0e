// A program may have a function with the name that memory from the stack is hidden by: it is called as ever. Only a coroutine
// that has such memory to hide is an error.
// RUN: %cc -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %cc -O0 -DDEFINED -S -emit-llvm %s -o - | FileCheck %s
// RUN: %cc -O2 -DDEFINED -S -emit-llvm %s -o - | FileCheck %s
// RUN: %cc -O0 -DOTHER -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OTHER
// RUN: %cc -O2 -DOTHER -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OTHER
// RUN: not %cc -O0 -DHIDES -S -emit-llvm %s -o - 2>&1 | FileCheck %s --check-prefix=HIDES
// RUN: not %cc -O2 -DHIDES -S -emit-llvm %s -o - 2>&1 | FileCheck %s --check-prefix=HIDES
// RUN: not %cc -O2 -DHIDES -DDEFINED -S -emit-llvm %s -o - 2>&1 | FileCheck %s --check-prefix=HIDES
// RUN: not %cc -O2 -DHIDES -DVARIABLE -S -emit-llvm %s -o - 2>&1 | FileCheck %s --check-prefix=HIDES
// HIDES: error: {{.*}}CoroInline: 'coroinline.alloca' is not for use but by coro.h
// HIDES-NOT: bug report
#include <coroinline/coro.h>

#ifdef VARIABLE
int f __asm__("coroinline.alloca");
#elif defined OTHER
// The types are the same; nothing else is.
void *f(uint64_t bytes, uint64_t align) __asm__("coroinline.alloca");
// OTHER-LABEL: define {{.*}} @h(
// OTHER: call {{.*}}@coroinline.alloca(i64
void *h(uint64_t n)
{
    return f(n, n);
}
#else
__attribute__((noinline)) int f(int x) __asm__("coroinline.alloca");
#ifdef DEFINED
int f(int x)
{
    return x * 2;
}
#endif
// CHECK-LABEL: define {{.*}} @g(
// CHECK: call {{.*}}@coroinline.alloca(i32
int g(int x)
{
    return f(x) + 1;
}
#endif

coro_task(int) coroutine(int n)
{
    coro_begin(int);
    coro_suspend();
#ifdef HIDES
    int array[n];
    coro_return(array == (int *)&f);
#endif
    coro_return(n);
}
