// The header's macros take any names and any commas in their arguments.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef struct pair {
    int a, b;
} pair;
coro_declare(pair);

#define BEGIN(T) coro_begin(T)
#define TASK_OF(T) coro_task(T)
#define MY_AWAIT(x) coro_await(x)

static TASK_OF(bool) both_ways(bool x)
{
    BEGIN(bool);
    coro_suspend();
    coro_return(!x);
}

static coro_task(bool) calls_bool(bool x)
{
    coro_begin(bool);
    TASK_OF(bool) task = both_ways(x);
    coro_task(bool) other = both_ways(!x);
    bool first = coro_await(task), second = MY_AWAIT(other);
    coro_return(first && !second);
}

static coro_task(pair) swap(pair value)
{
    coro_begin(pair);
    coro_prefetch_range((&(pair){1, 2}), sizeof(pair));
    coro_return((pair){value.b, value.a});
}

struct node {
    int i, n, v, t, task, frame, value, self, parent, root, result, op, need, file, line, h;
};

/* Each name that a macro might use for itself, as a variable, a parameter and a member. */
static coro_task(int) names(int self, int task, int *frame, struct node *root)
{
    coro_begin(int);
    int i = 1, n = 2, v = 3, t = 4, value = 5, parent = 6, result = 7, promise = 8, memory = 9;
    int link = 10, child = 11, header = 12, slot = 13, group = 14, count = 15, next = 16, k = 17;
    coro_prefetch(frame + i);
    coro_suspend();
    result += coro_await(late(value, i)) + coro_await(late(result, n));
    pair p = coro_await(swap((pair){t, v}));
    root->t += coro_await(late(root->task, 1)) + coro_await(late(root->frame, 1));
    root->value = coro_await(late(root->v, 1)) + root->n + root->i;
    coro_interleave(group, n, i, late(v + (int)i, n), v, { root->result += v + (int)i + root->i; });
    coro_interleave(count, k, next, late((int)next, child), t, result += t + slot);
    coro_return(i + n + v + t + self + task + *frame + result + p.a * 100 + p.b + promise + memory +
                link + header + parent);
}

static coro_task(int) shadows(int x)
{
    coro_begin(int);
    /* An await within the argument of an await, and of coro_return and coro_prefetch. */
    coro_prefetch((coro_await(late(1, 1)), &x));
    coro_prefetch_range(&x, (size_t)coro_await(late(200, 1)));
    int r = coro_await(late(coro_await(late(coro_await(late(x, 1)), 1)), coro_await(late(1, 1))));
    if (r > 100)
        coro_return(r);
    else
        coro_return(coro_await(late(r + 1, 1)) + ((pair){1, 2}).b);
}

int main(void)
{
    // CHECK: bool 1 0
    printf("bool %d %d\n", coro_run(calls_bool(false)), coro_run(calls_bool(true)));
    int frame = 1000;
    struct node root = {.i = 1, .n = 2, .v = 3, .t = 4, .task = 5, .frame = 6};
    int r = coro_run(names(10, 20, &frame, &root));
    // CHECK-NEXT: 1765, t 15, value 6, result 10
    printf("%d, t %d, value %d, result %d\n", r, root.t, root.value, root.result);
    int i = 2, n = 3, v = 0, task = 5;
    coro_interleave((size_t)i, (size_t)n, task, late(v + (int)task * i, n), i, v += i, v++);
    // CHECK-NEXT: v 10, task 5, shadows 8 200
    printf("v %d, task %d, shadows %d %d\n", v, task, coro_run(shadows(5)), coro_run(shadows(200)));
    pair p = coro_run(swap((pair){1, 2}));
    coro_task(pair) result = swap((pair){.a = 3, .b = 4});
    while (!coro_done(result))
        coro_resume(result);
    // CHECK-NEXT: 2 1, 4 3
    printf("%d %d, %d %d\n", p.a, p.b, coro_result(result).a, coro_result(result).b);
    coro_destroy(result);
    return 0;
}
