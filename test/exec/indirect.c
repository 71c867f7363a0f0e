// Awaits through pointers: tables, structs of functions, parameters, variables, ?: of tasks and of
// functions; with targets that are known, known in part, and not known.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef coro_task(int) step(int);

static coro_task(int) twice(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n * 2);
}

static coro_task(int) plus_one(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_suspend();
    coro_return(n + 1);
}

static coro_task(int) negate(int n)
{
    coro_begin(int);
    coro_return(-n);
}

static CORO_NOINLINE coro_task(int) square(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n % 100 * (n % 100));
}

static step *const table[] = {twice, plus_one, negate, square};

static step *shared = twice; // and what swap() stores

static void swap(void)
{
    shared = shared == twice ? plus_one : twice;
}

struct store {
    const char *name;
    step *get, *put;
    struct {
        step *check;
    } more;
};

static const struct store stores[] = {
    {"first", twice, plus_one, {negate}},
    {"second", negate, plus_one, {twice}},
    {"third", square, plus_one, {NULL}},
};

static coro_task(int) apply(step *f, int n)
{
    coro_begin(int);
    int r = coro_await(f(n));
    coro_suspend();
    coro_return(r);
}

static coro_task(int) through(const struct store *s, int n)
{
    coro_begin(int);
    int r = coro_await(s->put(coro_await(s->get(n))));
    if (s->more.check)
        r += coro_await(s->more.check(r)) % 7;
    coro_return(r);
}

static coro_task(int) fold(step *const *steps, int count, int n)
{
    coro_begin(int);
    for (int i = 0; i < count; i++)
        n = coro_await(steps[i](n)) % 1000;
    coro_return(n);
}

coro_task(int) all(int n, step *unknown)
{
    coro_begin(int);
    int sum = 0;
    sum = sum * 7 + coro_await(apply(twice, n));
    sum = sum * 7 + coro_await(apply(plus_one, n));
    sum = sum * 7 + coro_await(apply(unknown, n));
    for (int i = 0; i < 6; i++)
        sum = sum * 7 % 10007 + coro_await(table[(i + n) % 4](n + i));
    sum = sum * 7 % 10007 + coro_await(n & 1 ? twice(n) : plus_one(n + 1));
    sum = sum * 7 % 10007 + coro_await((n & 2 ? twice : negate)(n));
    sum = sum * 7 % 10007 + coro_await(n & 1 ? twice(n) : n & 2 ? negate(n) : square(n + 1));
    for (int i = 0; i < 3; i++)
        sum = sum * 7 % 10007 + coro_await(through(&stores[i], n));
    step *only = twice;
    sum = sum * 7 % 10007 + coro_await(only(sum));
    step *either = n > 3 ? unknown : plus_one;
    sum = sum * 7 % 10007 + coro_await(either(sum));
    struct store local = {"local", negate, twice, {square}};
    sum = sum * 7 % 10007 + coro_await(local.put(sum));
    step *later[3] = {twice, negate, plus_one};
    later[n % 3] = unknown;
    sum = sum * 7 % 10007 + coro_await(fold(later, 3, n));
    sum = sum * 7 % 10007 + coro_await(fold(table, 4, n));
    for (int i = 0; i < 3; i++, swap())
        sum = sum * 7 % 10007 + coro_await(shared(i));
    const struct store *walk = stores; // a pointer that moves
    do
        sum = sum * 7 % 10007 + coro_await(walk->put(n));
    while (++walk < stores + 3);
    coro_return(sum);
}

static void leave(const char **name)
{
    printf("~%s ", *name);
}

static coro_task(int) cancelled(int n, step *f)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) const char *name = "outer";
    int r = coro_await(n & 1 ? f(n) : table[n % 4](n));
    coro_return(r);
}

int main(void)
{
    for (int n = 0; n < 8; n++) {
        int resumes, sum = drive(all(n, n & 1 ? negate : square), resumes);
        printf("%d: %d, %d resumes\n", n, sum, resumes);
    }
    for (int n = 0; n < 4; n++) {
        coro_task(int) t = cancelled(n, twice);
        coro_resume(t);
        coro_destroy(t);
    }
    printf("\n");
    return 0;
}
// CHECK: 0: 19, 48 resumes
// CHECK-NEXT: 1: 5666, 46 resumes
// CHECK-NEXT: 2: 8480, 45 resumes
// CHECK-NEXT: 3: 7607, 46 resumes
// CHECK-NEXT: 4: 8630, 48 resumes
// CHECK-NEXT: 5: -2152, 42 resumes
// CHECK-NEXT: 6: 8371, 45 resumes
// CHECK-NEXT: 7: -1170, 45 resumes
// CHECK-NEXT: ~outer ~outer ~outer ~outer
