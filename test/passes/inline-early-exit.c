// Where a coroutine is not inlined for its size, the part in which it may end without having
// suspended is, up to the first thing that leaves a trace.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline<callee=10>,verify' -S %t.ll -o %t.inlined -pass-remarks=coro-inline 2>&1 | FileCheck %s --check-prefix=REMARKS --implicit-check-not=awaits_t --implicit-check-not=awaits_v
// RUN: FileCheck %s --input-file=%t.inlined --implicit-check-not=coroinline.rest
// REMARKS-DAG: the early exits of 'cached' inlined into 'awaits_cached'
// REMARKS-DAG: the early exits of 'cleans' inlined into 'awaits_cleans'
#include <coroinline/coro.h>

extern int cache[64];
void touch(int *);

// CHECK-LABEL: define {{.*}}@awaits_cached(
// CHECK: ptr @cache,
// CHECK: load i32
// CHECK: icmp ne i32
// CHECK-NEXT: br i1
// CHECK: [[TASK:%.*]] = call ptr @cached(
// CHECK: call void @llvm.coro.await.suspend.handle(ptr [[TASK]]
// CHECK-NOT: call ptr @cached(
// CHECK: }
coro_task(int) cached(int n)
{
    coro_begin(int);
    if (cache[n])
        coro_return(cache[n]);
    coro_prefetch(&cache[n + 1]);
    coro_return(cache[n + 1]);
}
coro_task(int) awaits_cached(int n)
{
    coro_begin(int);
    coro_return(coro_await(cached(n)));
}

// A call on the way may do anything, so it must not happen twice.
// CHECK-LABEL: define {{.*}}@awaits_touches(
// CHECK-NOT: call void @touch
// CHECK: }
coro_task(int) touches(int n)
{
    coro_begin(int);
    touch(&cache[n]);
    if (cache[n])
        coro_return(cache[n]);
    coro_suspend();
    coro_return(n);
}
coro_task(int) awaits_touches(int n)
{
    coro_begin(int);
    coro_return(coro_await(touches(n)));
}

// Nor a store, nor a volatile access.
// CHECK-LABEL: define {{.*}}@awaits_counts(
// CHECK-NOT: @cache
// CHECK: }
coro_task(int) counts(int n)
{
    coro_begin(int);
    if (cache[n]++)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
coro_task(int) awaits_counts(int n)
{
    coro_begin(int);
    coro_return(coro_await(counts(n)));
}

// CHECK-LABEL: define {{.*}}@awaits_volatile(
// CHECK-NOT: @flag
// CHECK: }
extern volatile int flag;
coro_task(int) reads_volatile(int n)
{
    coro_begin(int);
    if (flag)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
coro_task(int) awaits_volatile(int n)
{
    coro_begin(int);
    coro_return(coro_await(reads_volatile(n)));
}

// What comes once nothing but the end can follow, may do what it likes.
// CHECK-LABEL: define {{.*}}@awaits_cleans(
// CHECK: call void @touch(
// CHECK: }
coro_task(int) cleans(int n)
{
    coro_begin(int);
    if (n < 0) {
        __attribute__((cleanup(touch))) int guard = n;
        cache[0] = guard;
        coro_return(0);
    }
    coro_suspend();
    coro_return(n);
}
coro_task(int) awaits_cleans(int n)
{
    coro_begin(int);
    coro_return(coro_await(cleans(n)));
}

// What stands before coro_begin runs at the call, and once.
// CHECK-LABEL: define {{.*}}@awaits_touching_at_call(
// CHECK-NOT: call void @touch
// CHECK: }
coro_task(int) touches_at_call(int n)
{
    touch(&cache[n]);
    coro_begin(int);
    if (n < 0)
        coro_return(0);
    coro_suspend();
    coro_return(n);
}
coro_task(int) awaits_touching_at_call(int n)
{
    coro_begin(int);
    coro_return(coro_await(touches_at_call(n)));
}

// So does what the awaiter does between the call and the await: if it leaves a trace.
// CHECK-LABEL: define {{.*}}@awaits_touched(
// CHECK-COUNT-1: call void @touch(
// CHECK-NOT: call void @touch(
// CHECK: }
coro_task(int) awaits_touched(int n)
{
    coro_begin(int);
    coro_task(int) task = cached(n);
    touch(&cache[n]);
    coro_return(coro_await(task));
}

// CHECK-LABEL: define {{.*}}@awaits_told(
// CHECK-COUNT-1: add nsw i32 %{{.*}}, 1
// CHECK-NOT: add nsw i32
// CHECK: }
coro_task(int) awaits_told(int n)
{
    coro_begin(int);
    coro_task(int) task = cached(n);
    n++;
    int result = coro_await(task);
    coro_return(result * n);
}

// CHECK-LABEL: define {{.*}}@awaits_made(
// CHECK: icmp ne i32
// CHECK-NEXT: br i1
// CHECK: call ptr @cached(
// CHECK-NOT: call ptr @cached(
// CHECK: }
coro_task(int) awaits_made(int n)
{
    coro_begin(int);
    coro_task(int) task = cached(n);
    coro_return(coro_await(task));
}

// A task that is used for more than the await has but one await.
// CHECK-LABEL: define {{.*}}@awaits_twice(
// CHECK: call ptr @cached(
// CHECK-NOT: call ptr @cached(
// CHECK: {{^}}}
coro_task(int) awaits_twice(int n)
{
    coro_begin(int);
    coro_task(int) task = cached(n);
    if (n == 7) {
        coro_destroy(task);
        coro_return(0);
    }
    coro_return(coro_await(task));
}

// What runs at the call may take several ways; what it computes is used by the copy.
// CHECK-LABEL: define {{.*}}@awaits_prepared(
// CHECK: icmp sgt i32
// CHECK-NEXT: br i1
// CHECK: [[TASK:%.*]] = call ptr @prepared(
// CHECK: call void @llvm.coro.await.suspend.handle(ptr [[TASK]]
// CHECK-NOT: call ptr @prepared(
// CHECK: {{^}}}
// REMARKS-DAG: the early exits of 'prepared' inlined into 'awaits_prepared'
coro_task(int) prepared(int n)
{
    int most = n > 3 ? n : 3;
    coro_begin(int);
    if (cache[most])
        coro_return(cache[most]);
    coro_suspend();
    coro_return(n);
}
coro_task(int) awaits_prepared(int n)
{
    coro_begin(int);
    coro_return(coro_await(prepared(n)));
}

// Nor a function that reads memory, a volatile variable, a body without a suspend or without an end.
// CHECK-LABEL: define {{.*}}@awaits_others(
// CHECK-NOT: call {{.*}}@look(
// CHECK-NOT: store volatile
// CHECK-NOT: icmp sgt
// CHECK: {{^}}}
__attribute__((pure)) int look(int);
coro_task(int) reads(int n)
{
    coro_begin(int);
    if (look(n))
        coro_return(n);
    coro_suspend();
    coro_return(n);
}
coro_task(int) volatile_variable(int n)
{
    coro_begin(int);
    volatile int v = n;
    if (n)
        coro_return(n);
    coro_suspend();
    coro_return(n);
}
coro_task(int) never_suspends(int n)
{
    coro_begin(int);
    if (n > 3)
        coro_return(n);
    touch(&cache[n]);
    coro_return(n);
}
coro_task(int) never_ends(int n)
{
    coro_begin(int);
    for (;;) {
        if (n > 3)
            n++;
        coro_suspend();
    }
}
coro_task(int) awaits_others(int n)
{
    coro_begin(int);
    coro_await(reads(n));
    coro_await(volatile_variable(n));
    coro_await(never_suspends(n));
    coro_await(never_ends(n));
    coro_return(0);
}

// Nor a long way to the exit.
// CHECK-LABEL: define {{.*}}@awaits_computed(
// CHECK-NOT: icmp sgt
// CHECK: {{^}}}
#define TEN(s) s s s s s s s s s s
coro_task(int) computed(int n)
{
    coro_begin(int);
    int m = n;
    TEN(TEN(m = m * 3 + n;))
    if (m > 3)
        coro_return(m);
    coro_suspend();
    coro_return(n);
}
coro_task(int) awaits_computed(int n)
{
    coro_begin(int);
    coro_return(coro_await(computed(n)));
}
