// Quicksort that yields now and then, and an iterator over a tree that is driven step by step.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static coro_task(size_t) partition(int *a, size_t n)
{
    coro_begin(size_t);
    int pivot = a[n / 2];
    size_t i = 0, j = n - 1;
    for (;; i++, j--) {
        while (a[i] < pivot)
            i++;
        while (a[j] > pivot)
            j--;
        if (i >= j)
            break;
        int t = a[i];
        a[i] = a[j];
        a[j] = t;
        if (i % 16 == 0)
            coro_suspend();
    }
    coro_return(i);
}

static coro_task(void) insertion(int *a, size_t n)
{
    coro_begin(void);
    for (size_t i = 1; i < n; i++) {
        int x = a[i];
        size_t j = i;
        for (; j > 0 && a[j - 1] > x; j--)
            a[j] = a[j - 1];
        a[j] = x;
    }
    coro_suspend();
    coro_return();
}

static coro_task(size_t) quicksort(int *a, size_t n)
{
    coro_begin(size_t);
    size_t calls = 1;
    while (n > 8) {
        size_t at = coro_await(partition(a, n));
        calls += coro_await(quicksort(a, at));
        a += at, n -= at;
        if (at == 0)
            break;
    }
    coro_await(insertion(a, n));
    coro_return(calls);
}

typedef struct tree {
    struct tree *child[2];
    int key;
} tree;

/* Gives out one key at a time through *out, and suspends after each. */
static coro_task(int) iterate(const tree *t, int *out)
{
    coro_begin(int);
    int count = 0;
    if (t) {
        count += coro_await(iterate(t->child[0], out));
        *out = t->key;
        coro_suspend();
        count += 1 + coro_await(iterate(t->child[1], out));
    }
    coro_return(count);
}

static int compare(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

int main(void)
{
    enum { N = 2000, ARRAYS = 5 };
    static int a[ARRAYS][N], sorted[ARRAYS][N];
    unsigned seed = 1;
    for (int k = 0; k < ARRAYS; k++)
        for (int i = 0; i < N; i++)
            sorted[k][i] = a[k][i] = (int)((seed = seed * 1664525 + 1013904223) >> 8) % (k ? N : 3);
    coro_interleave(3, ARRAYS, k, quicksort(a[k], N), calls, {
        qsort(sorted[k], N, sizeof(int), compare);
        if (memcmp(a[k], sorted[k], sizeof sorted[k]) != 0 || calls == 0)
            printf("array %zu is not sorted\n", k);
    });
    // CHECK: sorted
    printf("sorted\n");

    static tree nodes[2][400];
    tree *roots[2] = {NULL};
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < 400; i++) {
            tree **at = &roots[side];
            nodes[side][i].key = (int)((seed = seed * 1664525 + 1013904223) >> 10) % 1000;
            while (*at)
                at = &(*at)->child[nodes[side][i].key > (*at)->key];
            *at = &nodes[side][i];
        }
    /* A merge join of two iterators, the second of which ends early. */
    int key[2], common = 0, last = -1, ordered = 1;
    coro_task(int) it[2] = {iterate(roots[0], &key[0]), iterate(roots[1], &key[1])};
    coro_resume(it[0]);
    coro_resume(it[1]);
    while (!coro_done(it[0]) && !coro_done(it[1])) {
        int behind = key[1] < key[0];
        common += key[0] == key[1];
        ordered &= key[behind] >= last;
        last = key[behind];
        coro_resume(it[behind]);
    }
    int expected = 0;
    for (int k = 0; k < 1000; k++) {
        int n[2] = {0};
        for (int side = 0; side < 2; side++)
            for (int i = 0; i < 400; i++)
                n[side] += nodes[side][i].key == k;
        expected += n[1] ? n[0] : 0;
    }
    // CHECK-NEXT: common 1, ordered 1
    printf("common %d, ordered %d\n", common == expected, ordered);
    coro_destroy(it[0]);
    coro_destroy(it[1]);
    return 0;
}
