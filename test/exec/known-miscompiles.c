// Programs after bugs on record against LLVM's coroutines: each would go wrong with a wrong inliner.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

#include <pthread.h>

static __attribute__((noinline)) void touch(void *p)
{
    __asm__ volatile("" : : "r"(p) : "memory");
}

/* llvm #86580, #56301: a local whose address was seen before the suspend is read after it; its frame
 * may be resumed with another stack. */
static coro_task(int) address_escapes(int x)
{
    coro_begin(int);
    int local = x, *where = &local;
    touch(&where);
    coro_suspend();
    *where += 1;
    coro_suspend();
    coro_return(local * 10 + (where == &local));
}

static coro_task(int) address_escapes_in_loop(int n)
{
    coro_begin(int);
    int sum = 0, *last = NULL;
    for (int i = 0; i < n; i++) {
        int local = i;
        last = &local;
        touch(&last);
        sum += coro_await(address_escapes(local)) + *last;
        (*last)++;
        coro_suspend();
        sum += local;
    }
    coro_return(sum);
}

/* llvm #57861: what is computed before the first suspend may not be hoisted above coro.begin. */
static int global = 1;
static coro_task(int) reads_late(const int *p)
{
    coro_begin(int);
    coro_return(*p);
}
static coro_task(int) reads_when_run(void)
{
    coro_begin(int);
    coro_task(int) task = reads_late(&global);
    global = 2;
    coro_suspend();
    coro_return(coro_await(task)); /* what global is now */
}

/* llvm #59723, #34245: a frame that lies in another must not outlive it. */
static coro_task(int) kept;
static coro_task(int) leaves_task_behind(int x)
{
    coro_begin(int);
    kept = late(x, 2);
    coro_suspend();
    coro_return(0);
}

/* llvm #47179, #63022: each thread has its own; a task that was moved sees that of its thread. */
static _Thread_local int own;
static __attribute__((noinline)) int *address_of_own(void)
{
    __asm__ volatile("");
    return &own;
}
static coro_task(int) counts_threads(int n)
{
    coro_begin(int);
    int sum = 0;
    for (int i = 0; i < n; i++) {
        sum = 10 * sum + *address_of_own();
        coro_suspend();
    }
    coro_return(sum);
}
static coro_task(int) awaits_counts(int n)
{
    coro_begin(int);
    coro_return(coro_await(counts_threads(n)));
}
static void *resume_elsewhere(void *task)
{
    own = 5;
    coro_resume(*(coro_task(int) *)task);
    return NULL;
}

/* The result is written by code that may read the old one: dead stores (llvm #64151). */
typedef struct {
    int a[6];
} six;
coro_declare(six);
static coro_task(six) shifts(six s)
{
    coro_begin(six);
    for (int i = 0; i < 3; i++) {
        for (int j = 5; j > 0; j--)
            s.a[j] = s.a[j - 1];
        s.a[0] = i;
        coro_suspend();
    }
    coro_return(s);
}
static coro_task(six) feeds_back(six s)
{
    coro_begin(six);
    for (int i = 0; i < 2; i++)
        s = coro_await(shifts(s));
    six *p = &s;
    *p = coro_await(shifts(*p));
    coro_return(s);
}

/* Two of the same coroutine at once in one awaiter, one within an argument of the other. */
static coro_task(int) twice_at_once(int x)
{
    coro_begin(int);
    coro_task(int) outer[2] = {address_escapes(x), address_escapes(x + 1)};
    coro_resume(outer[1]);
    int r = coro_await(address_escapes(coro_await(address_escapes(x))));
    coro_resume(outer[0]);
    r += coro_await(outer[0]);
    r = r * 2 + coro_await(outer[1]);
    coro_return(r);
}

/* A loop that makes one task ahead of the one it awaits. */
static coro_task(int) one_ahead(int n)
{
    coro_begin(int);
    int sum = 0;
    coro_task(int) now = address_escapes(0);
    for (int i = 1; i < n; i++) {
        coro_task(int) next = address_escapes(i);
        sum = 3 * sum + coro_await(now);
        now = next;
    }
    coro_return(3 * sum + coro_await(now));
}

/* Arguments are evaluated, and copied, when the task is made. */
static coro_task(int) made_early(int x)
{
    coro_begin(int);
    int r = 0;
    for (int i = 0; i < 3; i++) {
        int argument = x + i;
        coro_task(int) a = late(argument, 1), b = address_escapes(argument);
        argument = -1000;
        touch(&argument);
        coro_suspend();
        r += coro_await(b);
        if (i == 1)
            argument = coro_await(a);
        else
            argument = 2 * coro_await(a);
        r += argument;
    }
    coro_return(r);
}

int main(void)
{
    // CHECK: escapes 41, in a loop 180
    printf("escapes %d, in a loop %d\n", coro_run(address_escapes(3)),
           coro_run(address_escapes_in_loop(5)));
    coro_task(int) task = reads_when_run();
    global = 3;
    coro_resume(task);
    global = 4;
    coro_resume(task);
    // CHECK-NEXT: reads 4
    printf("reads %d\n", coro_result(task));
    coro_destroy(task);

    coro_run(leaves_task_behind(7));
    // CHECK-NEXT: left behind 7
    printf("left behind %d\n", coro_run(kept));

    own = 3;
    task = awaits_counts(4);
    for (int i = 0; !coro_done(task); i++) {
        pthread_t thread;
        if (i % 2 == 0)
            coro_resume(task);
        else if (pthread_create(&thread, NULL, resume_elsewhere, &task) == 0)
            pthread_join(thread, NULL);
    }
    // CHECK-NEXT: threads 3535
    printf("threads %d\n", coro_result(task));
    coro_destroy(task);

    six s = coro_run(feeds_back((six){{9, 9, 9, 9, 9, 9}}));
    // CHECK-NEXT: 2 1 0 2 1 0
    printf("%d %d %d %d %d %d\n", s.a[0], s.a[1], s.a[2], s.a[3], s.a[4], s.a[5]);
    int twice = coro_run(twice_at_once(1));
    // CHECK-NEXT: twice 515, ahead 1911, early 208
    printf("twice %d, ahead %d, early %d\n", twice, coro_run(one_ahead(5)),
           coro_run(made_early(4)));
    return 0;
}
