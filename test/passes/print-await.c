// The await graph, callees first, with what is known of each await.
// RUN: %c-to-ir -g %s | %opt -passes='coro-prepare,print<coro-await>' -disable-output 2>&1 | FileCheck %s
// CHECK: Await graph of '{{.*}}', callees first:
// CHECK-NEXT: 'leaf': {{[0-9]+}} instructions, 2 suspends, 0 awaits
#include <coroinline/coro.h>

coro_task(int) leaf(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_suspend();
    coro_return(n);
}

coro_task(int) elsewhere(int n);
typedef coro_task(int) pointer(int n);
coro_task(int) kept;
static pointer *const table[] = {leaf, elsewhere};

// CHECK-NEXT: 'self': {{[0-9]+}} instructions, 1 suspends, 1 awaits, recursive
coro_task(int) self(int n)
{
    coro_begin(int);
    coro_suspend();
    // CHECK-NEXT: awaits 'self' at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: to be inlined
    coro_return(n ? coro_await(self(n - 1)) : 0);
}

// CHECK-NEXT: 'top': {{[0-9]+}} instructions, 0 suspends, 7 awaits
coro_task(int) top(int n, pointer *unknown)
{
    coro_begin(int);
    // CHECK-NEXT: awaits 'leaf' at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: to be inlined
    n = coro_await(leaf(n));
    // CHECK-NEXT: awaits 'self' at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: to be inlined
    n = coro_await(self(n));
    // CHECK-NEXT: awaits 'elsewhere' at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: its definition is not in this file
    n = coro_await(elsewhere(n));
    // CHECK-NEXT: awaits 'leaf' or 'elsewhere' at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: its coroutine is not known here
    n = coro_await(table[n & 1](n));
    // CHECK-NEXT: awaits what a pointer holds at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: its coroutine is not known here
    n = coro_await(unknown(n));
    // CHECK-NEXT: awaits a task at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: its coroutine is not known here
    n = coro_await(kept);
    // CHECK-NEXT: awaits one of several tasks at {{.*}}print-await.c:[[@LINE+1]]:{{[0-9]+}}: its coroutine is not known here
    n = coro_await(n ? leaf(n) : self(n));
    coro_return(n);
}
// CHECK-NOT: awaits
