// What becomes of an await in each construct of C: the rows of docs/inlining.md. The programs of test/exec show that it does
// the same either way.
// RUN: %cc -O2 -w -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline 2>&1 | FileCheck %s
#include <coroinline/coro.h>
#include <stdlib.h>

typedef struct {
    int a[40];
} large;
coro_declare(large);

static coro_task(int) f(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}
static coro_task(void) g(void)
{
    coro_begin(void);
    coro_suspend();
}
static coro_task(large) h(large l)
{
    coro_begin(large);
    coro_suspend();
    coro_return(l);
}
static inline coro_task(int) in_header(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}
inline coro_task(int) c99_inline(int x)
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}
__attribute__((noinline)) static coro_task(int) passed_on(coro_task(int) t)
{
    coro_begin(int);
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: an awaited task not inlined into 'passed_on': its coroutine is not known here
    coro_return(coro_await(t));
}
static coro_task(int) old_style(x)
int x;
{
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}
static coro_task(int) alias_of_f(int x) __attribute__((alias("f")));
extern coro_task(int) elsewhere(int x);
static coro_task(int) for_ever(int x)
{
    coro_begin(int);
    for (;;) {
        x++;
        coro_suspend();
    }
}
static coro_task(int) global_task;
static void leave(int *x)
{
    abort();
}
struct pair {
    coro_task(int) first, second;
};
static coro_task(int) wrapped(int x)
{
    return f(x);
}

coro_task(int) awaits(int x, volatile int *v)
{
    coro_begin(int);
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    int r = coro_await(f(x));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'g' inlined into 'awaits'
    coro_await(g());
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'h' inlined into 'awaits'
    large l = coro_await(h((large){{x}}));
    // CHECK-DAG: constructs.c:[[@LINE+2]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    r += coro_await(f(coro_await(f(x))));
    // CHECK-DAG: constructs.c:[[@LINE+2]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    r += coro_await(f(1)) + coro_await(f(2));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    if (coro_await(f(x)) && r)
        r++;
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    while (coro_await(f(r)) > 3)
        // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
        r -= coro_await(f(2));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    switch (coro_await(f(x))) {
    case 1:
        // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
        r += coro_await(f(3));
    case 2:
        r++;
        break;
    default:
        goto out;
    }
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    r = r ? coro_await(f(x)) : x;
    {
        __attribute__((cleanup(leave))) int guard = r;
        // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
        r += coro_await(f(guard));
    }
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    int array[3] = {1, coro_await(f(x)), 3};
    {
        int vla[x + 1];
        vla[x] = 3;
        r += vla[x];
    }
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    *v = coro_await(f(*v));
    // CHECK-DAG: constructs.c:[[@LINE+2]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    coro_task(int) kept = f(r);
    r += coro_await(kept);
    coro_task(int) later = f(r);
    coro_suspend();
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    r += coro_await(later);
    struct pair p = {f(1), f(2)};
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: an awaited task not inlined into 'awaits': its coroutine is not known here
    r += coro_await(p.first);
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: an awaited task not inlined into 'awaits': its coroutine is not known here
    r += coro_await(p.second);
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'passed_on' not inlined into 'awaits': it has the attribute noinline
    r += coro_await(passed_on(f(r)));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: an awaited task not inlined into 'awaits': its coroutine is not known here
    r += coro_await(global_task);
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    r += coro_await(wrapped(r));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'in_header' inlined into 'awaits'
    r += coro_await(in_header(r));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'c99_inline' inlined into 'awaits'
    r += coro_await(c99_inline(r));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'old_style' inlined into 'awaits'
    r += coro_await(old_style(r));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' inlined into 'awaits'
    r += coro_await(alias_of_f(r));
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'elsewhere' not inlined into 'awaits': its definition is not in this file
    r += coro_await(elsewhere(r));
    if (__builtin_expect(r == 77, 0))
        // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'f' not inlined into 'awaits': the await is on a path that is hardly ever taken
        r += coro_await(f(r));
out:
    // CHECK-DAG: constructs.c:[[@LINE+1]]:{{[0-9]+}}: remark: 'for_ever' inlined into 'awaits'
    r += coro_await(for_ever(r));
    coro_return(r + l.a[0] + array[0]);
}
