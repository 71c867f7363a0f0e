// Awaits through pointers that lie in tables and structs, where what the pointer can be is more than
// what meets the eye: an index that goes back, an index into a row, a struct that a function got by value
// and changed.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef coro_task(int) step(int);

#define STEP(name, number)                                                                         \
    static coro_task(int) name(int n)                                                              \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n + number);                                                                   \
    }
STEP(one, 1)
STEP(two, 2)
STEP(three, 3)
STEP(four, 4)
STEP(five, 5)
STEP(six, 6)

struct pair {
    step *first, *second;
};
static step *const table[] = {one, two, three};
static step *const rows[3][2] = {{one, two}, {three, four}, {five, six}};
static const struct pair pairs[] = {{one, two}, {three, four}, {five, six}};

static coro_task(int) from_the_end(int i)
{
    coro_begin(int);
    step *const *last = &table[2];
    coro_return(coro_await(last[i](0)));
}

static coro_task(int) from_the_middle(int i)
{
    coro_begin(int);
    const struct pair *middle = &pairs[1];
    coro_return(coro_await(middle[i].second(0)));
}

static coro_task(int) in_a_row(int i, int j)
{
    coro_begin(int);
    step *const *row = rows[i];
    coro_return(coro_await(row[j](0)));
}

struct large {
    step *get;
    long more[10];
};
static const struct large ones = {one};

static coro_task(int) apply(step *f)
{
    coro_begin(int);
    coro_return(coro_await(f(0)));
}

static coro_task(int) changed(struct large l) // a plain function: the struct is its own
{
    l.get = two;
    return apply(l.get);
}

int main(void)
{
    for (int i = -2; i <= 0; i++)
        printf("%d ", coro_run(from_the_end(i)));
    for (int i = -1; i <= 1; i++)
        printf("%d ", coro_run(from_the_middle(i)));
    printf("\n");
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++)
            printf("%d ", coro_run(in_a_row(i, j)));
    printf("\n%d\n", coro_run(changed(ones)));
    return 0;
}
// CHECK: {{^}}1 2 3 2 4 6
// CHECK-NEXT: {{^}}1 2 3 4 5 6
// CHECK-NEXT: {{^}}2{{$}}
