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
const void *volatile kept;

#ifdef MENDED
#define MINE struct large mine = arg
#else
#define MINE
#define mine arg
#endif

coro_task(void) escapes(int i, struct large arg)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}CoroInline: in 'escapes': parameter 2 is passed by value, in memory of the caller, and this target's IR does not tell its size: take a copy of it behind coro_begin and use that alone, or pass a pointer
    coro_begin(void);
    MINE;
    use(&mine);
    coro_suspend();
    coro_return();
}

coro_task(void) kept_somewhere(int i, struct large arg)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'kept_somewhere': parameter 2
    coro_begin(void);
    MINE;
    kept = &mine;
    coro_return();
}

coro_task(void) a_member_escapes(int i, struct large arg)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'a_member_escapes': parameter 2
    coro_begin(void);
    MINE;
    use(&mine.word[1]);
    coro_return();
}

coro_task(void) an_element_escapes(int i, struct large arg)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'an_element_escapes': parameter 2
    coro_begin(void);
    MINE;
    use(&mine.word[i]);
    coro_return();
}

coro_task(void) as_an_array(int i, struct large arg)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'as_an_array': parameter 2
    coro_begin(void);
    MINE;
    (&mine)[i].word[0] = 1;
    coro_return();
}

coro_task(void) before_it(int i, struct large arg)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'before_it': parameter 2
    coro_begin(void);
    MINE;
    (&mine)[-1].word[0] = 1;
    coro_return();
}

coro_task(void) any_length(int i, struct large arg)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}} error: {{.*}}in 'any_length': parameter 2
    coro_begin(void);
    MINE;
    __builtin_memset(&mine, 0, i);
    coro_return();
}
// CHECK: {{^}}7 errors generated
