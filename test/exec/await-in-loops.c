// An await works in the heads and bodies of loops, with break, continue and goto.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static coro_task(int) heads(int n)
{
    coro_begin(int);
    int r = 0;
    for (int i = coro_await(late(0, 1)); i < coro_await(late(n, 1)); i += coro_await(late(2, 1)))
        r += i;
    while (coro_await(late(r, 1)) > 5)
        r -= coro_await(late(4, 2));
    do
        r++;
    while (coro_await(late(r, 1)) < 10);
    coro_return(r);
}

static coro_task(int) leaves(int n)
{
    coro_begin(int);
    int r = 0;
    for (int i = 0;; i++) {
        if (coro_await(late(i, 1)) == n)
            break;
        if (coro_await(late(i % 3, i % 2)) == 1)
            continue;
        for (int j = 0; j < i; j++) {
            if (j == coro_await(late(2, 1)))
                goto next;
            r += 10 * i + j;
        }
        r += 1000;
    next:
        r += coro_await(late(1, 0));
    }
    coro_return(r);
}

/* The same without coroutines. */
static int leaves_plain(int n)
{
    int r = 0;
    for (int i = 0;; i++) {
        if (i == n)
            break;
        if (i % 3 == 1)
            continue;
        for (int j = 0; j < i; j++) {
            if (j == 2)
                goto next;
            r += 10 * i + j;
        }
        r += 1000;
    next:
        r += 1;
    }
    return r;
}

/* A loop of gotos, into the middle and back. */
static coro_task(int) jumps(int n)
{
    coro_begin(int);
    int r = 0;
    if (n % 2)
        goto odd;
even:
    r += coro_await(late(10, 1));
    if (--n <= 0)
        goto out;
odd:
    r += coro_await(late(1, 1));
    if (--n > 0)
        goto even;
out:
    coro_return(r);
}

static coro_task(int) duff(int count)
{
    coro_begin(int);
    int r = 0, n = (count + 3) / 4;
    switch (coro_await(late(count, 1)) % 4) {
    case 0:
        do {
            r += coro_await(late(1, 1));
            __attribute__((fallthrough));
        case 3:
            r += coro_await(late(1, 2));
            __attribute__((fallthrough));
        case 2:
            r += coro_await(late(1, 0));
            __attribute__((fallthrough));
        case 1:
            r += coro_await(late(1, 1));
        } while (--n > 0);
    }
    coro_return(r);
}

static coro_task(int) cases(int x)
{
    coro_begin(int);
    int r = 0;
    switch (coro_await(late(x, 1))) {
    case 1:
        r += coro_await(late(1, 1));
        break;
    case 2:
        r += coro_await(late(20, 1));
        __attribute__((fallthrough));
    case 3 ... 5: {
        int y = coro_await(late(300, 1));
        r += y;
        if (x == 5)
            break;
        r += coro_await(late(3000, 0));
        __attribute__((fallthrough));
    }
    default:
        r += coro_await(late(70000, 2));
    }
    coro_return(r);
}

int main(void)
{
    // CHECK: heads 10 10
    printf("heads %d %d\n", coro_run(heads(10)), coro_run(heads(0)));
    for (int n = 0; n < 20; n++)
        if (coro_run(leaves(n)) != leaves_plain(n))
            printf("leaves(%d) differs\n", n);
    int resumes, r = drive(leaves(12), resumes);
    // CHECK-NEXT: leaves 2895 after 40 resumes
    printf("leaves %d after %d resumes\n", r, resumes);
    // CHECK-NEXT: jumps 10 1 11 12 22 23
    printf("jumps");
    for (int n = 0; n < 6; n++)
        printf(" %d", coro_run(jumps(n)));
    // CHECK-NEXT: duff 1 2 3 4 5 6 7 8 9
    printf("\nduff");
    for (int n = 1; n < 10; n++)
        printf(" %d", coro_run(duff(n)));
    // CHECK-NEXT: cases 70000 1 73320 73300 73300 300 70000
    printf("\ncases");
    for (int x = 0; x < 7; x++)
        printf(" %d", coro_run(cases(x)));
    printf("\n");
    return 0;
}
