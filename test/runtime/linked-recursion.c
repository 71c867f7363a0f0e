// Linked recursion asks for a frame for each node of a tree, and for none where a child is not there.
// At -O0 it does; at -O2 the root's is on the stack. Without memory for one that is needed, the await
// says so.
// RUN: %cc -O2 -DCORO_NO_INLINE -DCORO_NO_POOL %s -o %t
// RUN: %t 1000 | FileCheck %s --check-prefix=O2
// RUN: not --crash %t 10 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: %cc -O0 -DCORO_NO_INLINE -DCORO_NO_POOL %s -o %t && %t 1000 | FileCheck %s --check-prefix=O0
// O2: 31 nodes, 30 frames
// O0: 31 nodes, 63 frames
// NONE: linked-recursion.c:{{[0-9]+}}: coro_await: the task is NULL: the memory for its frame could not be had
#include "Inputs/counting.h"
#include <stdio.h>

typedef struct tree {
    struct tree *left, *right;
} tree;

static tree nodes[32];

static coro_task(int) size(const tree *t)
{
    coro_begin(int);
    if (!t)
        coro_return(0);
    coro_prefetch(t);
    int left = coro_await(size(t->left));
    coro_return(1 + left + coro_await(size(t->right)));
}

int main(int argc, char **argv)
{
    struct coro_allocator allocator = {allocate, release, NULL};
    if (argc != 2 || coro_set_allocator(&allocator))
        return 2;
    const int most = left = atoi(argv[1]);
    for (int i = 1; i < 16; i++)
        nodes[i] = (tree){&nodes[2 * i], &nodes[2 * i + 1]};
    int n = coro_run(size(&nodes[1]));
    printf("%d nodes, %d frames\n", n, most - left);
    return in_use;
}
