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

// Ends before its first suspend, or not; is awaited by itself, by another one, and by none; holds
// arrays of known and unknown size, scopes with cleanups, and arguments that change on the way down.
static int open_scopes;
static void close_scope(int *unused)
{
    (void)unused;
    open_scopes--;
}
static coro_task(uint64_t) mixture(unsigned n, uint64_t a, double scale)
{
    coro_begin(uint64_t);
    __attribute__((cleanup(close_scope))) int scope = ++open_scopes;
    if (n < 2)
        coro_return(a + n);
    uint64_t digits[4] = {a, a * 3, n, (uint64_t)scale};
    if (n % 3)
        coro_suspend();
    uint64_t sum = 0;
    for (unsigned k = 1; k < 3; k++) {
        {
            unsigned char bytes[n + k];
            memset(bytes, (int)(n * k), sizeof bytes);
            sum = sum * 7 + bytes[n / 2];
        }
        uint64_t below = coro_await(mixture(n - k, sum + digits[k], scale * 2));
        sum = sum * 31 + below + digits[k + 1];
        if (n % 5 == 4)
            coro_suspend();
        if (below % 11 == 3)
            coro_return(sum);
    }
    (void)scope;
    coro_return(sum + digits[0] + digits[3]);
}
static uint64_t plain_mixture(unsigned n, uint64_t a, double scale)
{
    if (n < 2)
        return a + n;
    uint64_t digits[4] = {a, a * 3, n, (uint64_t)scale}, sum = 0;
    for (unsigned k = 1; k < 3; k++) {
        sum = sum * 7 + (unsigned char)(n * k);
        uint64_t below = plain_mixture(n - k, sum + digits[k], scale * 2);
        sum = sum * 31 + below + digits[k + 1];
        if (below % 11 == 3)
            return sum;
    }
    return sum + digits[0] + digits[3];
}
static coro_task(uint64_t) outside(unsigned n)
{
    coro_begin(uint64_t);
    coro_task(uint64_t) started = mixture(n + 1, n, 1.5);
    if (n % 2)
        coro_resume(started);
    uint64_t first = coro_await(mixture(n, 5, 0.25));
    if (coro_done(started)) { // at its first resume: it is for a driver to take
        uint64_t second = coro_result(started);
        coro_destroy(started);
        coro_return(first * 3 + second);
    }
    coro_return(first * 3 + coro_await(started));
}

// A task stands at its start or at the one await, nowhere else.
static coro_task(int) count_down(int n)
{
    coro_begin(int);
    coro_return(n ? 1 + coro_await(count_down(n - 1)) : 0);
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
    // CHECK-NEXT: counted 1000
    printf("counted %d\n", coro_run(count_down(1000)));
    bool same = true;
    coro_interleave(5, 20, i, outside((unsigned)i), v, {
        unsigned n = (unsigned)i;
        same &= v == plain_mixture(n, 5, 0.25) * 3 + plain_mixture(n + 1, n, 1.5);
    });
    coro_interleave(4, 19, i, mixture((unsigned)i, 1, 1), v,
                    { same &= v == plain_mixture((unsigned)i, 1, 1); });
    // CHECK-NEXT: as plain calls 1, open scopes 0
    printf("as plain calls %d, open scopes %d\n", same, open_scopes);
    // Cancelled at each of its suspends.
    int cancelled = 0;
    for (bool ended = false; !ended; cancelled++) {
        coro_task(uint64_t) task = mixture(9, 2, 3);
        for (int k = 0; k <= cancelled && !coro_done(task); k++)
            coro_resume(task);
        ended = coro_done(task);
        coro_destroy(task);
    }
    // CHECK-NEXT: cancelled at {{[0-9]+}} places, open scopes 0
    printf("cancelled at %d places, open scopes %d\n", cancelled, open_scopes);
    return 0;
}
