// The child's variables and result live from its call to where its frame would have been freed, so
// that the frame can use their memory again.
// RUN: %cc -O2 -S -emit-llvm %s -o - | FileCheck %s
#include <coroinline/coro.h>

typedef struct {
    char byte[1000];
} large;
coro_declare(large);
void fill(large *);
int use(const large *);

static coro_task(large) child(void)
{
    coro_begin(large);
    large local;
    fill(&local);
    coro_suspend();
    coro_return(local);
}

// Three children, one after the other, take the memory of one.
// CHECK-LABEL: define {{.*}} @parent(
// CHECK: call {{.*}} @coro__frame_from_allocator(i64 noundef {{10[0-9][0-9]}},
coro_task(int) parent(void)
{
    coro_begin(int);
    int sum = 0;
    {
        large a = coro_await(child());
        sum += use(&a);
    }
    {
        large b = coro_await(child());
        sum += use(&b);
    }
    {
        large c = coro_await(child());
        sum += use(&c);
    }
    coro_return(sum);
}
