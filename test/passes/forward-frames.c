// The frame of a task that has ended goes to the next one where both are in one resume function: in
// recursion, from the left child's to the right child's, if there is one; and where a return goes on in
// the awaiter, which begins the next of a row of tasks.
// RUN: %c-to-ir -DCORO_NO_INLINE %s | %opt -passes='default<O2>,verify' -S -o %t.ll
// RUN: FileCheck %s --input-file=%t.ll
// RUN: FileCheck %s --check-prefix=WALK --input-file=%t.ll
// With debug information, too, the same.
// RUN: %c-to-ir -g -DCORO_NO_INLINE %s | %opt -passes='default<O2>,verify' -S -o %t.g.ll
// RUN: FileCheck %s --input-file=%t.g.ll
// RUN: FileCheck %s --check-prefix=WALK --input-file=%t.g.ll
// Where frames come from the allocator, each comes from there.
// RUN: %c-to-ir -DCORO_NO_INLINE -DCORO_NO_POOL %s | %opt -passes='default<O2>,verify' -S | FileCheck %s --check-prefix=EACH
// EACH-LABEL: define {{.*}} @find.resume(
// EACH: call preserve_mostcc void @coro__frame_to_allocator(
// EACH: call preserve_mostcc ptr @coro__frame_from_allocator(
#include <coroinline/coro.h>

typedef struct node {
    const struct node *left, *right;
    int value;
} node;

static coro_task(int) walk(const node *n)
{
    coro_begin(int);
    if (!n)
        coro_return(0);
    coro_prefetch(n);
    int left = coro_await(walk(n->left));
    int right = coro_await(walk(n->right));
    coro_return(left ^ 3 * right ^ n->value);
}

// Without a left child, the right one's comes from the lists.
// WALK-LABEL: define {{.*}} @walk.resume(
// WALK: br i1 {{.*}}label %[[GIVE:give[0-9]*]]
// WALK: {{^}}[[GIVE]]:
// WALK: load atomic i8
// WALK: {{^}}}

static coro_task(int) find(const node *n)
{
    coro_begin(int);
    coro_prefetch(n);
    coro_return(n->value);
}

// CHECK-LABEL: define {{.*}} @find.resume(
// CHECK: call preserve_mostcc void @coro__frame_to_closed_pool(
// CHECK-NOT: call {{.*}} @coro__frame_from_allocator(
// CHECK: {{^}}}

static coro_task(int) step(const node *n, int key)
{
    coro_begin(int);
    int value = coro_await(find(n));
    coro_return(value ^ key);
}

coro_task(int) lookup(const node *n, int hops)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < hops; i++)
        sum += coro_await(step(n + sum, i));
    coro_return(sum);
}

int of_tree(const node *n)
{
    return coro_run(walk(n));
}
