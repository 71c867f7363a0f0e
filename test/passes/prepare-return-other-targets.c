// A return in a coroutine is an error on targets too that return a task as an integer or through memory.
// RUN: not %cc -O2 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc -O2 --target=aarch64-linux-gnu -ffreestanding -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc -O2 --target=i686-linux-gnu -ffreestanding -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc -O2 --target=s390x-linux-gnu -ffreestanding -c %s -o %t.o 2>&1 | FileCheck %s
#include <coroinline/coro.h>

// CHECK: in 'f': return in a coroutine: coro_return gives the result
// CHECK-NOT: error: {{.*}} in 'g'
coro_task(int) f(coro_task(int) other, int x)
{
    coro_begin(int);
    coro_suspend();
    if (x)
        return other;
    coro_return(2);
}

coro_task(int) g(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}
