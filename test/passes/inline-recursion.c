// A recursive coroutine is inlined into itself to some depth; what then is still linked keeps the
// early exits of the callee.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='coro-prepare,coro-inline<unroll=1>,verify' -S %t.ll -o %t.one -pass-remarks=coro-inline -pass-remarks-missed=coro-inline 2>&1 | FileCheck %s --check-prefix=REMARKS
// RUN: FileCheck %s --input-file=%t.one --implicit-check-not=coroinline.rest
// RUN: sed -n '/^define.*@walk(/,/^}/p' %t.one | grep -c 'call ptr @walk(' | FileCheck %s --check-prefix=FOUR
// RUN: %opt -passes='coro-prepare,coro-inline<unroll=0>,verify' -S %t.ll | sed -n '/^define.*@walk(/,/^}/p' | grep -c 'call ptr @walk(' | FileCheck %s --check-prefix=TWO
// RUN: %opt -passes='coro-prepare,coro-inline<unroll=3>,verify' -S %t.ll | sed -n '/^define.*@walk(/,/^}/p' | grep -c 'call ptr @walk(' | FileCheck %s --check-prefix=SIXTEEN
// RUN: %opt -passes='coro-prepare,coro-inline<unroll=9;unroll-limit=1500>,verify' %t.ll -pass-remarks-missed=coro-inline -o /dev/null 2>&1 | FileCheck %s --check-prefix=LIMIT
// A debugger knows one walk, whatever copies of it are inlined.
// RUN: %c-to-ir -g %s | %opt -passes='coro-prepare,coro-inline,verify' -S | grep -c 'DISubprogram(name: "walk"' | FileCheck %s --check-prefix=ONE
// ONE: {{^1$}}
// TWO: {{^2$}}
// FOUR: {{^4$}}
// SIXTEEN: {{^16$}}
// REMARKS-DAG: 'walk' inlined into 'walk'
// REMARKS-DAG: 'walk' not inlined into 'walk': it is recursive, and inlined 1 levels deep (unroll=1)
// REMARKS-DAG: 'step' inlined into 'walk'
// REMARKS-DAG: 'walk' inlined into 'outside'
// REMARKS-DAG: 'even' inlined into 'odd'
// REMARKS-DAG: 'odd' inlined into 'even'
// LIMIT: 'walk' not inlined into 'walk': it is recursive, and with one more the awaiter would have {{[0-9]+}} instructions (unroll-limit=1500)
#include <coroinline/coro.h>

typedef struct tree {
    struct tree *left, *right;
    int key;
} tree;

static coro_task(int) walk(const tree *t);

// From outside, one level: the two awaits in it go to walk.
// CHECK-LABEL: define {{.*}}@outside(
// CHECK-COUNT-2: call ptr @walk(
// CHECK-NOT: call ptr @walk(
// CHECK: }
coro_task(int) outside(const tree *t)
{
    coro_begin(int);
    coro_return(coro_await(walk(t)));
}

static coro_task(int) step(const tree *t)
{
    coro_begin(int);
    coro_prefetch(t);
    coro_return(t->key);
}

// CHECK-LABEL: define {{.*}}@walk(
// CHECK-NOT: @step(
// CHECK: }
static coro_task(int) walk(const tree *t)
{
    coro_begin(int);
    if (!t)
        coro_return(0);
    int key = coro_await(step(t));
    int left = coro_await(walk(t->left));
    coro_return(left + key + coro_await(walk(t->right)));
}

static coro_task(int) odd(int n);

// A coroutine of a pair takes the other one in, itself, and the other one again.
// CHECK-LABEL: define {{.*}}@even(
// CHECK-NOT: call ptr @odd(
// CHECK: call ptr @even(
// CHECK-NOT: call ptr @{{odd|even}}(
// CHECK: }
coro_task(int) even(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n ? coro_await(odd(n - 1)) : 1);
}

static coro_task(int) odd(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n ? coro_await(even(n - 1)) : 0);
}
