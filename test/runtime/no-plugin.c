// Without -fcoroutines, and without the plugin, the compiler says what is missing, and does not crash.
// RUN: not %bare-clang -I %include -c %s -o %t.o 2>&1 | FileCheck --check-prefix=FLAG %s
// RUN: not %bare-clang -I %include -O2 -c %s -o %t.o 2>&1 | FileCheck --check-prefix=FLAG %s
// RUN: not %bare-clang -Xclang -fcoroutines -I %include -O0 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %bare-clang -Xclang -fcoroutines -I %include -O2 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %bare-clang -Xclang -fcoroutines -isystem %include -O0 -g -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %bare-clang -Xclang -fcoroutines -isystem %include -O3 -g -c %s -o %t.o 2>&1 | FileCheck %s
// FLAG: error: "CoroInline: coroutines are off: add -Xclang -fcoroutines (or use --config=<path>/coroinline.cfg)"
// CHECK-NOT: PLEASE submit
// CHECK-NOT: Stack dump
// CHECK: no-plugin.c:[[@LINE+6]]:{{.*}}error: {{.*}}CoroInline: the compiler plugin is not loaded: add -fpass-plugin=<path>/libCoroInline.so (or --config=<path>/coroinline.cfg)
// CHECK-NOT: PLEASE submit
// CHECK-NOT: Stack dump
#include <coroinline/coro.h>
coro_task(int) f(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}
int main(void)
{
    return coro_run(f(0));
}
