// What a link unseals is what the compile step sealed, to the last attribute, whatever the source said.
// RUN: %c-to-lto-ir %s | %opt -passes='coro-prepare,coro-inline' -S -o %t.before.ll
// RUN: %opt -passes='coro-seal,verify' -S %t.before.ll -o %t.sealed.ll
// RUN: %opt -passes='coro-ship,verify' -S %t.sealed.ll -o %t.shipped.ll
// RUN: %opt -passes='coro-unseal,verify' -S %t.shipped.ll -o %t.after.ll
// RUN: grep presplitcoroutine %t.before.ll && not grep -E 'presplitcoroutine|call token|token none' %t.shipped.ll
// RUN: sed -e '/^; ModuleID/d' -e 's/ *; preds = .*//' %t.before.ll >%t.before
// RUN: sed -e '/^; ModuleID/d' -e 's/ *; preds = .*//' -e 's/ "coroinline-unsealed"//' %t.after.ll | diff %t.before -
#include <coroinline/coro.h>

void fill(int *, int);
void leave(int *);

coro_task(int) elsewhere(int);

coro_task(int) plain(int n)
{
    coro_begin(int);
    __attribute__((cleanup(leave))) int sum = 0;
    for (int i = 1; i < n; i++) {
        {
            int array[i];
            fill(array, i);
            sum += array[0];
        }
        coro_prefetch(&sum);
        sum += coro_await(elsewhere(i));
    }
    coro_return(sum);
}

CORO_NOINLINE coro_task(int) kept(int n)
{
    coro_begin(int);
    coro_return(coro_await(plain(n)));
}

__attribute__((always_inline)) inline coro_task(int) always(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

__attribute__((minsize)) coro_task(int) small(coro_task(int) task)
{
    coro_begin(int);
    int n = coro_await(task);
    coro_return(n + coro_await(always(1)));
}

__attribute__((weak)) coro_task(void) cold(void)
{
    coro_begin(void);
    coro_task(int) task = plain(1);
    coro_suspend();
    coro_destroy(task);
    coro_return();
}

int drive(void)
{
    return coro_run(kept(1));
}
