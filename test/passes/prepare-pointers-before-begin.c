// Pointers to variables that are set before coro_begin, and not read behind it, or point to what stays, are no error.
// RUN: %cc -O0 -Werror -c %s -o %t.o
// RUN: %cc -O2 -Werror -c %s -o %t.o
#include <coroinline/coro.h>

struct text {
    int length;
    char *start;
};
int last(struct text *t);
void drop(struct text *t);
void fill(char *start, int length);

coro_task(int) reads_before(int n)
{
    int x = n, *p = &x;
    *p += last(&(struct text){1, (char[]){"a"}});
    coro_begin(int);
    coro_suspend();
    coro_return(x);
}

coro_task(int) fills_before(int n)
{
    char array[20];
    fill(array, n);
    coro_begin(int);
    coro_suspend();
    coro_return(array[n]);
}

coro_task(int) writes_behind(int n)
{
    int x = n, *p = &x;
    coro_begin(int);
    p = &x;
    coro_suspend();
    coro_return(x);
}

coro_task(int) cleans_up(int n)
{
    char array[20];
    __attribute__((cleanup(drop))) struct text t = {20, array};
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}

coro_task(int) of_others(struct text *t)
{
    static int count;
    int *p = &count, *q = &t->length;
    coro_begin(int);
    coro_suspend();
    coro_return(*p + *q);
}

static coro_task(int) runs_before(int n)
{
    int sum = 0;
    coro_interleave(4, 10, i, of_others(&(struct text){(int)i, 0}), v, { sum += v; });
    coro_begin(int);
    coro_return(sum + n);
}

coro_task(int) calls(int n)
{
    coro_begin(int);
    coro_return(coro_await(runs_before(n)));
}
