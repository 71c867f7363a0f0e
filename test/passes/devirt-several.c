// Where a driver has tasks of several coroutines, it compares, with the most frequent one first, and the last
// is what is left. Each is fused, and shows its end. Their frames are in the same slots.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O2>,verify' -S -o %t.ll -pass-remarks=coro-devirt -pass-remarks-missed=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not='not fused'
#include <coroinline/coro.h>

int work(int);

static coro_task(int) one(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(work(x + 1));
}

static coro_task(int) two(int x)
{
    coro_begin(int);
    coro_suspend();
    work(x);
    coro_suspend();
    coro_return(work(x + 2));
}

static coro_task(int) three(int x)
{
    coro_begin(int);
    do
        coro_suspend();
    while (work(x--));
    coro_return(work(x + 3));
}

// CHECK-LABEL: define {{.*}} @frequent(
// CHECK-NOT: call fastcc
// CHECK-NOT: @coro__frame_
// CHECK: icmp eq ptr %{{.+}}, @two.resume
// CHECK-NOT: call fastcc
// CHECK: icmp eq ptr %{{.+}}, @three.resume
// CHECK-NOT: call fastcc
// CHECK-NOT: icmp eq ptr %{{.+}}, @one.resume
// CHECK-NOT: @coro__frame_
// CHECK: ret i32
// REMARKS-DAG: 'one' fused into 'frequent'
// REMARKS-DAG: 'two' fused into 'frequent'
// REMARKS-DAG: 'three' fused into 'frequent'
int frequent(int n)
{
    int sum = 0;
    coro_interleave(4, 100, i,
                    __builtin_expect_with_probability(i % 3 == 0, 1, 0.6)    ? two(n)
                    : __builtin_expect_with_probability(i % 3 == 1, 1, 0.75) ? three(n)
                                                                             : one(n),
                    v, { sum += v; });
    return sum;
}

// Destroyed by hand, without a look at what they are: two ends, one of them for those in an array.
// CHECK-LABEL: define {{.*}} @by_hand(
// CHECK-NOT: call fastcc void %
// CHECK: ret i32
// REMARKS-DAG: 'one' fused into 'by_hand'
// REMARKS-DAG: 'two' fused into 'by_hand'
int by_hand(int n)
{
    coro_task(int) tasks[4];
    int live = 0;
    for (int k = 0; k < 4; k++)
        tasks[k] = n & 1 << k ? one(k) : two(k);
    for (int k = 0; k < 4; k++) {
        coro_resume(tasks[k]);
        live += !coro_done(tasks[k]);
        coro_destroy(tasks[k]);
    }
    return live;
}
