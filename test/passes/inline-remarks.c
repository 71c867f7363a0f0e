// Every await gets a remark: inlined, or why not.
// RUN: %cc -O2 -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline 2>&1 | FileCheck %s
// RUN: %cc -O2 -DCORO_NO_INLINE -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline 2>&1 | FileCheck %s --check-prefix=LINKED
// RUN: %cc -O0 -c %s -o %t.o -Rpass-missed=coro-inline 2>&1 | FileCheck %s --check-prefix=O0
#include <coroinline/coro.h>

#define CHILD(attributes, name)                                                                    \
    attributes coro_task(int) name(int n)                                                          \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n);                                                                            \
    }
CHILD(static, known)
CHILD(static CORO_NOINLINE, out_of_line)
CHILD(__attribute__((weak)), replaceable)
CHILD(static __attribute__((target("avx512f"))), wide)
coro_task(int) elsewhere(int n);

typedef coro_task(int) pointer(int n);

static coro_task(int) early(int n)
{
    if (n == 0)
        return known(n);
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

static coro_task(int) self(int n)
{
    coro_begin(int);
    int result = 0;
    if (n > 0)
        // CHECK-DAG: inline-remarks.c:[[@LINE+2]]:18: remark: 'self' inlined into 'self'
        // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:18: remark: 'self' not inlined into 'self': it is recursive, and inlined 2 levels deep (unroll=2)
        result = coro_await(self(n - 1));
    coro_return(result);
}

static coro_task(int) pong(int n);
static coro_task(int) ping(int n)
{
    coro_begin(int);
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'pong' inlined into 'ping'
    int result = n ? coro_await(pong(n - 1)) : 0;
    coro_return(result);
}
static coro_task(int) pong(int n)
{
    coro_begin(int);
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'ping' inlined into 'pong'
    int result = n ? coro_await(ping(n - 1)) : 0;
    coro_return(result);
}

coro_task(int) awaits(pointer *unknown, int n)
{
    coro_begin(int);
    // LINKED-DAG: inline-remarks.c:[[@LINE+2]]:5: remark: 'known' not inlined into 'awaits': CORO_NO_INLINE is defined
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: 'known' inlined into 'awaits' [-Rpass=coro-inline]
    coro_await(known(n));
    // O0: inline-remarks.c:[[@LINE+2]]:5: remark: 'out_of_line' not inlined into 'awaits': the awaiter has the attribute optnone, as all have at -O0
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: 'out_of_line' not inlined into 'awaits': it has the attribute noinline
    coro_await(out_of_line(n));
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: 'replaceable' not inlined into 'awaits': the linker may choose another definition of it
    coro_await(replaceable(n));
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: 'wide' not inlined into 'awaits': its attributes (target features, sanitizers) are not the awaiter's
    coro_await(wide(n));
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: 'elsewhere' not inlined into 'awaits': its definition is not in this file
    coro_await(elsewhere(n));
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: an awaited task not inlined into 'awaits': its coroutine is not known here
    coro_await(unknown(n));
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: 'early' not inlined into 'awaits': it can return before coro_begin
    coro_await(early(n));
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: 'self' inlined into 'awaits'
    coro_await(self(n));

    coro_task(int) twice = known(n);
    if (n)
        // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:9: remark: 'known' not inlined into 'awaits': its task is awaited in more than one place
        coro_await(twice);
    else
        coro_await(twice);

    coro_task(int) maybe = known(n);
    if (n)
        // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:9: remark: 'known' not inlined into 'awaits': its task is used for more than the await
        coro_await(maybe);
    else
        coro_destroy(maybe);

    coro_task(int) kept[2] = {known(n), known(-n)};
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: an awaited task not inlined into 'awaits': its coroutine is not known here
    coro_await(kept[0]);
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: an awaited task not inlined into 'awaits': its coroutine is not known here
    coro_await(kept[1]);

    pointer *mostly = n > 3 ? unknown : known;
    // CHECK-DAG: inline-remarks.c:[[@LINE+2]]:5: remark: 'known' inlined into 'awaits'
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:5: remark: an awaited task not inlined into 'awaits': it is none of the coroutines that its pointer is known to point to
    coro_await(mostly(n));
    coro_return(0);
}

static coro_task(int) made_before(int n)
{
    coro_task(int) task = known(n);
    coro_begin(int);
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'known' not inlined into 'made_before': its task is made before coro_begin
    int result = coro_await(task);
    coro_return(result);
}

int run(int n)
{
    return coro_run(made_before(n)) + coro_run(ping(n));
}

__attribute__((optnone, noinline)) coro_task(int) not_optimized(int n)
{
    coro_begin(int);
    // CHECK-DAG: inline-remarks.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'known' not inlined into 'not_optimized': the awaiter has the attribute optnone
    int result = coro_await(known(n));
    coro_return(result);
}
