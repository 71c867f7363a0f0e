/* Layers of coroutines for gdb to look at. The argument says what is done with them. `at NAME` marks
 * the lines that the tests want to see: see places.sh. */
#include <coroinline/coro.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct item {
    int key, weight;
    struct item *next;
} item;

/* Where a thread stops that runs a coroutine. */
__attribute__((noinline)) void inside(int value)
{
    __asm__ volatile("" : : "r"(value) : "memory");
}

/* Where a thread stops that does not: `task` is the one to be looked at. */
__attribute__((noinline)) void outside(coro_task(int) task)
{
    __asm__ volatile("" : : "r"(task.coro__frame) : "memory");
}

/* What coro_resume() is given. */
coro_task(int) current;

__attribute__((noinline)) void fill(char *name)
{
    strcpy(name, "name");
}

static coro_task(int) leaf(item *it, int factor)
{
    coro_begin(int);
    int product = it->weight * factor;
    coro_prefetch(it->next); /* at LEAF */
    inside(product);         /* at LEAF_RUNS */
    coro_return(product + it->weight * factor);
}

static coro_task(int) middle(item *first, int factor)
{
    coro_begin(int);
    int sum = 0;
    for (item *it = first; it; it = it->next) {
        int factor_here = factor + 1;
        if (it->key % 2)
            sum += coro_await(leaf(it, factor_here)); /* at MIDDLE */
        else
            coro_suspend(); /* at MIDDLE_ALONE */
        sum += factor_here;
    }
    coro_return(sum);
}

coro_task(int) top(item *first, int factor)
{
    coro_begin(int); /* at TOP_START */
    char name[8];
    fill(name);
    int sum = coro_await(middle(first, factor)); /* at TOP */
    inside(name[0]);
    coro_return(first->key == 99 ? 0 : sum); /* keeps it in the frame */
}

CORO_NOINLINE coro_task(int) apart(item *first, int factor)
{
    coro_begin(int);
    int result = coro_await(top(first, factor)); /* at APART */
    coro_return(result + factor);
}

coro_task(int) again(item *first, int depth)
{
    coro_begin(int);
    int below = 0;
    if (depth > 0)
        below = coro_await(again(first, depth - 1)); /* at AGAIN */
    else
        below = coro_await(apart(first, 10)); /* at AGAIN_LAST */
    coro_return(below + depth);
}

coro_task(int) adopt(coro_task(int) * made)
{
    coro_begin(int);
    int result = coro_await(*made); /* at ADOPT */
    coro_return(-result);
}

static void look(coro_task(int) task, int resumes)
{
    current = task;
    for (int i = 0; i < resumes; i++)
        coro_resume(task);
    outside(task);
}

int main(int argc, char **argv)
{
    item last = {4, 40, NULL}, second = {3, 30, &last}, first = {1, 10, &second};
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "states") == 0) {
        look((coro_task(int)){NULL}, 0);
        coro_task(int) task = top(&first, 5);
        look(task, 0);
        look(task, 4);
        coro_destroy(task);
        look(task, 0);
    } else if (strcmp(what, "inlined") == 0) {
        coro_task(int) task = top(&first, 5);
        for (int i = 0; i < 3; i++)
            look(task, 1);
        coro_destroy(task);
    } else if (strcmp(what, "linked") == 0) {
        coro_task(int) task = again(&first, 2);
        look(task, 1);
        look(task, 2);
        coro_destroy(task);
    } else if (strcmp(what, "adopted") == 0) {
        coro_task(int) made = apart(&first, 5), task = adopt(&made);
        look(made, 1);
        look(task, 1);
        coro_destroy(task);
    } else if (strcmp(what, "many") == 0) {
        item *items[] = {&first, &second, &first, &last, &first, &first};
        coro_task(int) tasks[3] = {top(&first, 1), {NULL}, top(&second, 1)};
        coro_interleave(4, 6, i, top(items[i], 1), v, {
            (void)v;
            outside((coro_task(int)){NULL});
        });
        outside(tasks[0]); /* at TASKS */
        coro_destroy(tasks[0]);
        coro_destroy(tasks[2]);
    }
    return 0;
}
