// A value read from a variable-length array lives on past a suspend that the array does not cross:
// calls marked `tail` while the array is hidden from CoroSplit must not hide what they write to it.
// RUN: %everywhere %s | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>
#include <string.h>

static void print(int *p)
{
    // CHECK: value 16843036
    printf("value %d\n", *p);
}

static coro_task(int) child(void)
{
    coro_begin(int);
    coro_return(0);
}

coro_task(int) parent(int p)
{
    coro_begin(int);
    {
        __attribute__((cleanup(print))) int value = p;
        {
            int array[value];
            memset(array, 1, sizeof(array));
            value += array[0];
        }
        coro_await(child());
    }
    coro_return(0);
}

int main(void)
{
    return coro_run(parent(27));
}
