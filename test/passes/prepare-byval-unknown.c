// Where nothing tells how large an argument is that the target passes in the caller's memory, that is
// an error. A copy behind coro_begin mends it.
// RUN: not %cc --target=aarch64-linux-gnu -ffreestanding -O2 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc --target=aarch64-linux-gnu -ffreestanding -O0 -g -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %cc --target=aarch64-linux-gnu -ffreestanding -O2 -DMENDED -c %s -o %t.o
// RUN: %cc -ffreestanding -O2 -c %s -o %t.o
#include <coroinline/coro.h>

struct large {
    long word[12];
};
void use(const void *);

coro_task(void) escapes(int i, struct large arg)
{
    // CHECK: [[@LINE+1]]:{{.*}} error: {{.*}}CoroInline: in 'escapes': parameter 2 is passed by value, in memory of the caller, and this target's IR does not tell its size: take a copy of it behind coro_begin and use that alone, or pass a pointer
    coro_begin(void);
#ifdef MENDED
    struct large mine = arg;
    use(&mine);
#else
    use(&arg);
#endif
    coro_suspend();
    coro_return();
}
