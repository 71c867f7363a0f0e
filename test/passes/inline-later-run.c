// Tasks that a first run left linked, and found to be always awaited, can be inlined by a later one: they have one end.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-inline<limit=0>,coro-inline' -S -o %t.ll
// RUN: FileCheck %s <%t.ll
// RUN: %cc -O0 -Wno-override-module %t.ll -o %t.O0 && %t.O0 | FileCheck %s --check-prefix=OUT
// RUN: %cc -O2 -Wno-override-module %t.ll -o %t.O2 && %t.O2 | FileCheck %s --check-prefix=OUT
#include <coroinline/coro.h>

#include <stdio.h>

static coro_task(int) child(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 1);
}

static coro_generator(int) up_to(int n)
{
    coro_begin_generator(int);
    for (int i = 0; i < n; i++) {
        coro_suspend();
        coro_yield(i);
    }
    coro_return();
}

// The transfers that are left are those of the parent itself.
// CHECK-LABEL: define {{.*}} @parent(
// CHECK-NOT: call ptr @child(
// CHECK-NOT: call ptr @up_to(
// CHECK: call void @llvm.coro.await.suspend.handle(ptr [[SELF:%[^,]+]], ptr [[SELF]], ptr @coro__leave)
// CHECK-NOT: @llvm.coro.await.suspend.handle
// CHECK-LABEL: {{^}}}
coro_task(int) parent(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += coro_await(child(i));
    coro_await_for (v, up_to(n))
        sum += v;
    coro_return(sum);
}

int main(void)
{
    coro_task(int) task = parent(3);
    int resumes = 0;
    for (; !coro_done(task); resumes++)
        coro_resume(task);
    // OUT: 9 after 7 resumes
    printf("%d after %d resumes\n", coro_result(task), resumes);
    coro_destroy(task);
    return 0;
}
