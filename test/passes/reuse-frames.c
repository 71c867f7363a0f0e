// Where the next thing that a coroutine does with a frame is to ask for one of the same coroutine,
// linked, the one of the task that has ended waits for that: no list is touched, and the frame knows
// its functions.
// RUN: %c-to-ir -DCORO_NO_INLINE %s -o %t.in.ll
// RUN: %opt -passes='default<O2>,verify' %t.in.ll -disable-output -print-after=coro-reuse-frames -filter-print-funcs=loop,row,branches,suspends,alternates,drops 2>%t.after
// RUN: FileCheck %s --input-file=%t.after
// RUN: %opt -passes='default<O2>' -S %t.in.ll -pass-remarks=coro-devirt -o %t.ll 2>%t.remarks
// RUN: FileCheck %s --check-prefix=FOLDED --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks
// Each goes to the allocator where there are no lists.
// RUN: %c-to-ir -DCORO_NO_POOL -DCORO_NO_INLINE %s | %opt -passes='default<O2>,verify' -disable-output -print-after=coro-reuse-frames -filter-print-funcs=loop,row,branches,suspends,alternates,drops 2>%t.after
// RUN: FileCheck %s --check-prefix=NO-POOL --input-file=%t.after
// NO-POOL: @loop(
// NO-POOL-NOT: is.spare
#include <coroinline/coro.h>

int work(int);

static coro_task(int) leaf(int x)
{
    coro_begin(int);
    x = work(x);
    coro_suspend();
    coro_return(x + 1);
}

static coro_task(int) other(int x)
{
    coro_begin(int);
    x = work(x);
    coro_suspend();
    coro_return(x - 1);
}

// CHECK-LABEL: define {{.*}} @loop(
// CHECK: [[THERE:%is.spare[^ ]*]] = phi i1 [ {{(true|false), .* (true|false)}},
// CHECK: [[NONE:%[^ ]+]] = xor i1 [[THERE]], true
// CHECK: br i1 [[NONE]], label %[[ALLOCATE:[^ ,]+]], label %[[BEGIN:[^ ,]+]]
// CHECK: {{^}}[[ALLOCATE]]:
// CHECK: coro__pool
// CHECK: {{.*}}.new:
// CHECK: store ptr @leaf.resume
// CHECK: store ptr @leaf.destroy
// CHECK: {{^}}[[BEGIN]]:
// CHECK: call {{.*}} @llvm.coro.begin
// CHECK-NOT: store ptr @leaf
// CHECK: call i8 @llvm.coro.suspend
// CHECK-NOT: call fastcc void @leaf.destroy
// CHECK: br i1 {{%[^ ]+}}, label %{{[^ ]+}}, label %[[LEAVE:[^ ,]+]]
// CHECK: {{^}}[[LEAVE]]:
// CHECK-NEXT: call fastcc void @leaf.destroy(ptr
// CHECK-NOT: call fastcc void @leaf.destroy
// CHECK: {{^}$}}
// Whoever awaits looks whether the task has ended: it has not.
// REMARKS: 'leaf' fused into 'loop.resume'
// FOLDED-LABEL: @loop.resume(
// FOLDED-NOT: coro__adopt
// FOLDED: {{^}$}}
coro_task(int) loop(int n)
{
    coro_begin(int);
    int sum = 0;
    do
        sum += coro_await(leaf(sum));
    while (sum < n);
    coro_return(sum);
}

// Two in a row: nothing decides.
// CHECK-LABEL: define {{.*}} @row(
// CHECK: call i8 @llvm.coro.suspend
// CHECK: call i8 @llvm.coro.suspend
// CHECK-NOT: call fastcc void @leaf.destroy
// CHECK: br i1 false, label
// CHECK: call i8 @llvm.coro.suspend
// CHECK: call fastcc void @leaf.destroy
// CHECK-NOT: call fastcc void @leaf.destroy
// CHECK: {{^}$}}
coro_task(int) row(int n)
{
    coro_begin(int);
    int first = coro_await(leaf(n));
    coro_return(first * coro_await(leaf(n + 1)));
}

// It goes back on each of the ways that come to no such task: two here.
// CHECK-LABEL: define {{.*}} @branches(
// CHECK: is.spare
// CHECK-COUNT-2: call fastcc void @leaf.destroy
// CHECK-NOT: call fastcc void @leaf.destroy
// CHECK: {{^}$}}
coro_task(int) branches(int n)
{
    coro_begin(int);
    for (int i = 0; i < n; i++) {
        int x = coro_await(leaf(i));
        if (x == 7)
            coro_return(work(x));
    }
    coro_return(0);
}

// Not across a suspend, nor where another coroutine's task comes next, nor where it is one that has
// not been awaited.
// CHECK-LABEL: define {{.*}} @suspends(
// CHECK-NOT: is.spare
// CHECK: {{^}$}}
coro_task(int) suspends(int n)
{
    coro_begin(int);
    for (int i = 0; i < n; i++) {
        n -= coro_await(leaf(i));
        coro_suspend();
    }
    coro_return(n);
}

// CHECK-LABEL: define {{.*}} @alternates(
// CHECK-NOT: is.spare
// CHECK: {{^}$}}
coro_task(int) alternates(int n)
{
    coro_begin(int);
    n += coro_await(leaf(n));
    n += coro_await(other(n));
    coro_return(n);
}

// CHECK-LABEL: define {{.*}} @drops(
// CHECK-NOT: is.spare
// CHECK: {{^}$}}
coro_task(int) drops(int n)
{
    coro_begin(int);
    coro_task(int) task = leaf(n);
    if (!coro_failed(task))
        coro_destroy(task);
    coro_return(coro_await(leaf(n + 1)));
}
