// Three layers, in loops and expressions, driven in every way.
// RUN: %everywhere %s | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>

typedef struct node {
    struct node *next;
    uint64_t value;
} node;

static coro_task(uint64_t) leaf(const node *n)
{
    coro_begin(uint64_t);
    coro_prefetch(n);
    coro_return(n->value);
}

static coro_task(uint64_t) sum(const node *n, int count)
{
    coro_begin(uint64_t);
    uint64_t total = 0;
    for (int i = 0; i < count && n; i++, n = n->next)
        total += coro_await(leaf(n));
    coro_return(total);
}

static coro_task(uint64_t) weighted(const node *n)
{
    coro_begin(uint64_t);
    uint64_t result = coro_await(sum(n, 3)) + 2 * coro_await(sum(n->next, 2));
    coro_return(result);
}

int main(void)
{
    node nodes[9];
    for (int i = 0; i < 9; i++)
        nodes[i] = (node){i < 8 ? &nodes[i + 1] : NULL, (uint64_t)i + 1};

    // CHECK: run 16
    printf("run %llu\n", (unsigned long long)coro_run(weighted(nodes)));

    coro_task(uint64_t) task = weighted(nodes);
    int resumes = 0;
    for (; !coro_done(task); resumes++)
        coro_resume(task);
    // CHECK-NEXT: 6 resumes, result 16
    printf("%d resumes, result %llu\n", resumes, (unsigned long long)coro_result(task));
    coro_destroy(task);

    uint64_t total = 0;
    coro_interleave(3, 8, i, weighted(&nodes[i]), v, { total += v * (i + 1); });
    // CHECK-NEXT: interleaved 1512
    printf("interleaved %llu\n", (unsigned long long)total);
    return 0;
}
