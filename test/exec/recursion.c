// Coroutines await themselves and each other: a tree walk, mutual recursion, a chain 64 deep.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef struct tree {
    struct tree *left, *right;
    int key;
} tree;

static tree nodes[200];

static tree *build(int low, int high)
{
    if (low >= high)
        return NULL;
    int middle = (low + high) / 2;
    nodes[middle] = (tree){build(low, middle), build(middle + 1, high), middle};
    return &nodes[middle];
}

static int order[200], visited;

static coro_task(void) in_order(const tree *t)
{
    coro_begin(void);
    if (!t)
        coro_return();
    coro_prefetch(t);
    coro_await(in_order(t->left));
    order[visited++] = t->key;
    coro_await(in_order(t->right));
    coro_return();
}

static coro_task(int) height(const tree *t)
{
    coro_begin(int);
    if (!t)
        coro_return(0);
    coro_prefetch(t);
    int left = coro_await(height(t->left)), right = coro_await(height(t->right));
    coro_return(1 + (left > right ? left : right));
}

static coro_task(bool) is_odd(unsigned n);
static coro_task(bool) is_even(unsigned n)
{
    coro_begin(bool);
    coro_suspend();
    coro_return(n == 0 || coro_await(is_odd(n - 1)));
}
static coro_task(bool) is_odd(unsigned n)
{
    coro_begin(bool);
    coro_return(n != 0 && coro_await(is_even(n - 1)));
}

static coro_task(int) chain(int depth)
{
    coro_begin(int);
    char local[40];
    memset(local, depth, sizeof local);
    if (depth == 0) {
        coro_suspend();
        coro_return(0);
    }
    int below = coro_await(chain(depth - 1));
    coro_suspend();
    coro_return(below + local[39]);
}

static coro_task(unsigned) ackermann(unsigned m, unsigned n)
{
    coro_begin(unsigned);
    if (m == 0)
        coro_return(n + 1);
    if (n == 0)
        coro_return(coro_await(ackermann(m - 1, 1)));
    coro_return(coro_await(ackermann(m - 1, coro_await(ackermann(m, n - 1)))));
}

int main(void)
{
    tree *root = build(0, 200);
    coro_run(in_order(root));
    int sorted = 1;
    for (int i = 0; i < 200; i++)
        sorted &= order[i] == i;
    // CHECK: visited 200, in order 1
    printf("visited %d, in order %d\n", visited, sorted);
    int resumes, r = drive(height(root), resumes);
    // CHECK-NEXT: height 8 after 201 resumes
    printf("height %d after %d resumes\n", r, resumes);
    // CHECK-NEXT: 1000 is even 1, odd 0; 777 is even 0, odd 1
    printf("1000 is even %d, odd %d; 777 is even %d, odd %d\n", coro_run(is_even(1000)),
           coro_run(is_odd(1000)), coro_run(is_even(777)), coro_run(is_odd(777)));
    r = drive(chain(64), resumes);
    // CHECK-NEXT: chain 2080 after 66 resumes
    printf("chain %d after %d resumes\n", r, resumes);
    // CHECK-NEXT: ackermann 61
    printf("ackermann %u\n", coro_run(ackermann(3, 3)));
    return 0;
}
