// Plain functions that make the awaited task: they run when they are called, and their cleanups when they return; the task
// when it is awaited.
// RUN: %everywhere %s | FileCheck %s
// RUN: %everywhere %s -fexceptions | FileCheck %s
// RUN: %cc -O2 %s -o %t.o -c -Rpass=coro-inline -Rpass-missed=coro-inline -fno-caret-diagnostics 2>&1 | FileCheck %s --check-prefix=INLINED
// RUN: %cc -O2 -fexceptions %s -o %t.o -c -Rpass=coro-inline -Rpass-missed=coro-inline -fno-caret-diagnostics 2>&1 | FileCheck %s --check-prefix=INLINED
#include "Inputs/tasks.h"

// INLINED-NOT: {{not a coroutine|not known|may throw}}
// INLINED: 'add' inlined into 'simple'
// INLINED-NOT: {{not a coroutine|not known|may throw}}
// INLINED: 'add' inlined into 'in_loop'
// INLINED-NOT: {{not a coroutine|not known|may throw}}

static void leave(const char **name)
{
    printf("~%s ", *name);
}
#define SCOPE(name) __attribute__((cleanup(leave), unused)) const char *scope_##name = #name

typedef struct {
    long long words[6];
} large;
coro_declare(large);

static coro_task(int) add(int a, int b)
{
    coro_begin(int);
    SCOPE(add);
    printf("%d+%d ", a, b);
    coro_suspend();
    coro_return(a + b);
}
static coro_task(int) multiply(int a, int b)
{
    coro_begin(int);
    SCOPE(multiply);
    printf("%d*%d ", a, b);
    coro_suspend();
    coro_suspend();
    coro_return(a * b);
}
static coro_task(large) grow(large l)
{
    coro_begin(large);
    coro_suspend();
    for (int i = 0; i < 6; i++)
        l.words[i] += i;
    coro_return(l);
}

static coro_task(int) wrap(int a)
{
    SCOPE(wrap);
    printf("wrap ");
    return add(a, 10);
}
static coro_task(int) pick(bool b, int x)
{
    return b ? add(x, x) : multiply(x, x);
}
static coro_task(int) wrap_pick(int x)
{
    SCOPE(pick);
    int local[4] = {x, x + 1, x + 2, x + 3}, i = 0;
    while (local[i] % 4)
        i++;
    if (i == 3)
        return add(1, 2);
    return pick(i % 2, local[i]);
}
coro_task(int) checked(int x)
{
    coro_task(int) t = x > 3 ? wrap(x) : pick(x == 2, x);
    if (coro_failed(t))
        abort();
    return t;
}
static coro_task(large) zeroed(int first)
{
    large l = {{first}};
    return grow(l);
}

static coro_task(int) simple(int x)
{
    coro_begin(int);
    SCOPE(simple);
    int r = coro_await(wrap(x));
    coro_return(r + coro_await(wrap_pick(r)));
}
static coro_task(int) nested(int x)
{
    coro_begin(int);
    coro_return(coro_await(pick(coro_await(wrap(x)) > 12, coro_await(checked(x)))));
}
static coro_task(int) kept(int x)
{
    coro_begin(int);
    coro_task(int) t = wrap(x);
    printf("made ");
    coro_suspend();
    coro_return(coro_await(t));
}
static coro_task(int) by_value(int x)
{
    coro_begin(int);
    large l = coro_await(zeroed(x));
    int r = 0;
    for (int i = 0; i < 6; i++)
        r = 10 * r + l.words[i];
    coro_return(r);
}

static coro_task(int) tree(int depth);
static coro_task(int) subtree(int depth)
{
    return depth > 3 ? add(depth, 1) : tree(depth + 1);
}
static coro_task(int) tree(int depth)
{
    coro_begin(int);
    int left = coro_await(subtree(depth));
    coro_return(left + coro_await(subtree(depth)));
}

static coro_task(int) in_loop(int n)
{
    coro_begin(int);
    int r = 0;
    for (int i = 0; i < n; i++)
        r += coro_await(checked(i));
    coro_return(r);
}

int main(void)
{
    // CHECK: wrap ~wrap 1+10 ~add ~pick 12+12 ~add ~simple simple 35
    printf("simple %d\n", coro_run(simple(1)));
    // CHECK-NEXT: wrap ~wrap 1+10 ~add 1*1 ~multiply 1*1 ~multiply nested 1
    printf("nested %d\n", coro_run(nested(1)));
    // CHECK-NEXT: wrap ~wrap made 5+10 ~add kept 15
    printf("kept %d\n", coro_run(kept(5)));
    // CHECK-NEXT: by value 712345
    printf("by value %d\n", coro_run(by_value(7)));
    // CHECK-NEXT: {{.*}}tree 160
    printf("tree %d\n", coro_run(tree(0)));
    int resumes;
    // CHECK-NEXT: 0*0 ~multiply 1*1 ~multiply 2+2 ~add 3*3 ~multiply wrap ~wrap 4+10 ~add loop 28, 9 resumes
    int r = drive(in_loop(5), resumes);
    printf("loop %d, %d resumes\n", r, resumes);
    // CHECK-NEXT: wrap ~wrap 6+10 cancelled ~add ~simple
    coro_task(int) task = simple(6);
    coro_resume(task);
    printf("cancelled ");
    coro_destroy(task);
    printf("\n");
    return 0;
}
