// A plain function that makes the awaited task is inlined first, and gone if nobody else calls it; so is what it calls for
// the task. Where that can't be, the await is linked.
// RUN: %cc -O2 -w -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline 2>&1 | FileCheck %s
// RUN: %c-to-ir -w %s | %opt -passes='coro-prepare,coro-inline' -S -o - | FileCheck %s --check-prefix=IR
// RUN: %cc -O2 -w -DCORO_NO_INLINE -c %s -o %t.o -Rpass=coro-inline 2>&1 | count 0
// RUN: %cc -O0 -w -c %s -o %t.o -Rpass=coro-inline 2>&1 | count 0
// RUN: %cc -O2 -w --coverage -c %s -o %t.o -Rpass=coro-inline 2>&1 | count 0
#include <coroinline/coro.h>

typedef coro_task(int) pointer(int n);
void log_call(int n);

static coro_task(int) f(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}
static coro_task(int) g(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n + 1);
}
static CORO_NOINLINE coro_task(int) out_of_line(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

static coro_task(int) wrap(int n)
{
    log_call(n);
    return f(n);
}
static inline coro_task(int) pick(bool b, int n)
{
    return b ? f(n) : g(n);
}
// Called from elsewhere too.
coro_task(int) pick_deep(int n)
{
    coro_task(int) t;
    if (n > 9)
        t = wrap(n);
    else
        t = pick(n > 3, n);
    if (coro_failed(t))
        log_call(n);
    return t;
}
inline coro_task(int) c99_inline(int n)
{
    return f(n);
}
static coro_task(int) call(pointer *fn, int n)
{
    return fn(n);
}
static coro_task(int) pass_on(coro_task(int) t)
{
    log_call(0);
    return t;
}
static coro_task(int) nothing_or(int n)
{
    if (n)
        return f(n);
    return (coro_task(int)){NULL};
}
static CORO_NOINLINE coro_task(int) not_inline(int n)
{
    return f(n);
}
__attribute__((weak)) coro_task(int) replaceable(int n)
{
    return f(n);
}
static coro_task(int) counted(int n, ...)
{
    return f(n);
}
static coro_task(int) with_array(int n)
{
    char array[n];
    log_call((int)(uintptr_t)array);
    return f(n);
}
static coro_task(int) recursive(int n)
{
    return n ? recursive(n - 1) : f(n);
}
static coro_task(int) itself(void *fn, int n)
{
    return ((coro_task(int)(*)(void *, int))fn)(fn, n);
}
static __attribute__((target("avx512f"))) coro_task(int) wide(int n)
{
    return f(n);
}
static coro_task(int) to_noinline(int n)
{
    return out_of_line(n);
}
static coro_task(int) kept;
static coro_task(int) from_memory(int n)
{
    log_call(n);
    return kept;
}
static coro_task(int) keeps(int n)
{
    return kept = f(n);
}
static coro_task(int) compares(int n)
{
    coro_task(int) t = f(n);
    log_call(t.coro__frame == kept.coro__frame);
    return t;
}

// IR-NOT: define internal {{.*}} @{{call|nothing_or|to_noinline|compares}}(
// IR: define {{.*}} @awaits(
// IR-NOT: call ptr @{{f|g|wrap|pick|c99_inline}}(
// IR: ret ptr
coro_task(int) awaits(int n)
{
    coro_begin(int);
    // CHECK-DAG: inline-helper.c:[[@LINE+2]]:{{[0-9]+}}: remark: 'wrap', a plain function, inlined into 'awaits'
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    coro_await(wrap(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+3]]:{{[0-9]+}}: remark: 'pick', a plain function, inlined into 'awaits'
    // CHECK-DAG: inline-helper.c:[[@LINE+2]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'g' inlined into 'awaits'
    coro_await(pick(n == 2, n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    coro_await(c99_inline(n));
    coro_return(n);
}

// IR: define {{.*}} @awaits_deep(
// IR-NOT: call ptr @{{f|g|wrap|pick|pick_deep}}(
// IR: ret ptr
coro_task(int) awaits_deep(int n)
{
    coro_begin(int);
    // CHECK-DAG: inline-helper.c:[[@LINE+3]]:{{[0-9]+}}: remark: 'pick_deep', a plain function, inlined into 'awaits_deep'
    // CHECK-DAG: remark: 'wrap', a plain function, inlined into 'awaits_deep'
    // CHECK-DAG: remark: 'pick', a plain function, inlined into 'awaits_deep'
    coro_await(pick_deep(n));
    coro_return(n);
}

coro_task(int) awaits_odd(int n, int x)
{
    coro_begin(int);
    // CHECK-DAG: inline-helper.c:[[@LINE+2]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits_odd'
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'call', a plain function, inlined into 'awaits_odd'
    coro_await(call(f, n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits_odd'
    coro_await(nothing_or(n));
    pointer *either = n > 3 ? wrap : g;
    // CHECK-DAG: inline-helper.c:[[@LINE+2]]:{{[0-9]+}}: remark: 'g' inlined into 'awaits_odd'
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits_odd'
    coro_await(either(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'out_of_line' not inlined into 'awaits_odd': it has the attribute noinline
    coro_await(to_noinline(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'keeps' not inlined into 'awaits_odd': it is not a coroutine that coro.h made
    coro_await(keeps(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' not inlined into 'awaits_odd': its task is compared with another one
    coro_await(compares(n));
    coro_return(n);
}

coro_task(int) awaits_others(int n)
{
    coro_begin(int);
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'not_inline' not inlined into 'awaits_others': it has the attribute noinline
    coro_await(not_inline(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'replaceable' not inlined into 'awaits_others': the linker may choose another definition of it
    coro_await(replaceable(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'counted' not inlined into 'awaits_others': it takes variable arguments
    coro_await(counted(n, n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'with_array' not inlined into 'awaits_others': it has an array of variable length
    coro_await(with_array(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'recursive' not inlined into 'awaits_others': it is not a coroutine that coro.h made
    coro_await(recursive(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'itself' not inlined into 'awaits_others': it is not a coroutine that coro.h made
    coro_await(itself(itself, n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'wide' not inlined into 'awaits_others': its attributes (target features, sanitizers) are not the awaiter's
    coro_await(wide(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'from_memory' not inlined into 'awaits_others': it is not a coroutine that coro.h made
    coro_await(from_memory(n));
    // CHECK-DAG: inline-helper.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'pass_on' not inlined into 'awaits_others': it is not a coroutine that coro.h made
    coro_await(pass_on(f(n)));
    coro_return(n);
}
