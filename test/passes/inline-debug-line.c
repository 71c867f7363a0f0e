// What an inlined coroutine does is done at the line of the await, wherever its task was made: that is
// where a debugger shows its awaiter.
// RUN: %c-to-ir -g %s | %opt -passes='coro-prepare,coro-inline' -S | FileCheck %s
#include <coroinline/coro.h>

void work(void);

static coro_task(void) child(void)
{
    coro_begin(void);
    coro_suspend();
    work();
    coro_return();
}

// CHECK-LABEL: define {{.*}} @parent(
// CHECK: call void @work(){{.*}}, !dbg [[WORK:![0-9]+]]
// CHECK: {{^}$}}
// CHECK-DAG: [[WORK]] = !DILocation(line: 12, {{.*}}inlinedAt: [[AWAIT:![0-9]+]])
// CHECK-DAG: [[AWAIT]] = distinct !DILocation(line: [[@LINE+5]],
coro_task(void) parent(void)
{
    coro_begin(void);
    coro_task(void) task = child();
    coro_await(task);
    coro_return();
}
