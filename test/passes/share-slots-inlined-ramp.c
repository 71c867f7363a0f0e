// LLVM inlines the making of a linked task, with a coro.begin of its own, into its awaiter: what lives
// across the awaiter's suspends shares slots all the same, and so does the task.
// RUN: %cc -O2 -DCORO_NO_INLINE -Rpass-analysis=coro-inline -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %cc -O2 -DCORO_NO_INLINE -S -emit-llvm %s -o - | FileCheck %s --check-prefix=IR
#include <coroinline/coro.h>

long get(void);
void use(long);

static coro_task(int) child(int key)
{
    coro_begin(int);
    coro_suspend();
    coro_return(key + 1);
}

static coro_task(int) other_child(int key)
{
    coro_begin(int);
    coro_suspend();
    coro_return(key - 1);
}

// Each has one caller, of which it is a part.
// IR-NOT: define {{.*}}child(

// The task has a slot as well.
// CHECK: 'phases': frame of 64 bytes; {{.*}} kept values 12 (32 with a field for each)
coro_task(int) phases(int key)
{
    coro_begin(int);
    long first = get();
    int second = coro_await(child(key));
    use(first);
    long third = get();
    coro_suspend();
    use(third);
    long fourth = get();
    coro_suspend();
    use(fourth);
    coro_return(second);
}

// CHECK: 'kept': frame of 56 bytes; {{.*}} kept values 12 (20 with a field for each)
coro_task(int) kept(int key)
{
    coro_begin(int);
    long first = get();
    coro_suspend();
    coro_task(int) task = other_child(key);
    use(first);
    coro_suspend();
    coro_destroy(task);
    coro_return(1);
}
