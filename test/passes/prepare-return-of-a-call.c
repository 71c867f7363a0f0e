// To return what a call gives is an error too where that is written straight to the caller's memory.
// RUN: not %cc -O0 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc -O2 --target=i686-linux-gnu -ffreestanding -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc -O0 --target=s390x-linux-gnu -ffreestanding -c %s -o %t.o 2>&1 | FileCheck %s
#include <coroinline/coro.h>

// CHECK: in 'f': return in a coroutine: coro_return gives the result
// CHECK-NOT: error: {{.*}} in 'g'
coro_task(void) f(int x)
{
    coro_begin(void);
    coro_suspend();
    if (x)
        return f(x - 1);
    coro_return();
}

coro_task(void) g(int x)
{
    coro_begin(void);
    if (x)
        coro_await(f(x));
    coro_return();
}
