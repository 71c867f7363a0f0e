// Tasks driven by hand, and awaited after they were: not yet started, suspended at depth 1 or deeper,
// or already ended.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static int alive;
static void leave(int *unused)
{
    (void)unused;
    alive--;
}
#define ALIVE __attribute__((cleanup(leave), unused)) int scope = ++alive

static CORO_NOINLINE coro_task(int) linked(int x)
{
    coro_begin(int);
    ALIVE;
    int r = x + coro_await(late(0, 2));
    coro_suspend();
    coro_return(r);
}

static coro_task(int) inner(int x)
{
    coro_begin(int);
    ALIVE;
    coro_suspend();
    int a = coro_await(linked(x)), b = coro_await(linked(1));
    coro_return(a * 10 + b);
}

static coro_task(int) adopts(coro_task(int) task, int depth)
{
    coro_begin(int);
    ALIVE;
    coro_suspend();
    if (depth)
        coro_return(coro_await(adopts(task, depth - 1)) + 1000);
    int r = coro_await(task);
    coro_suspend();
    coro_return(r + coro_await(linked(0)));
}

/* A scheduler within a coroutine: the tasks it drives are roots of their own. */
static coro_task(int) race(void)
{
    coro_begin(int);
    coro_task(int) a = late(1, 5), b = late(2, 3);
    while (!coro_done(a) && !coro_done(b)) {
        coro_resume(a);
        coro_resume(b);
        coro_suspend();
    }
    int winner = coro_done(a) ? coro_result(a) : coro_result(b);
    int loser = coro_await(winner == 1 ? b : a); /* goes on where it stood */
    coro_destroy(winner == 1 ? a : b);
    coro_return(10 * winner + loser);
}

static coro_task(void) nothing(int *x)
{
    coro_begin(void);
    ++*x;
    coro_suspend();
    ++*x;
    coro_return();
}

int main(void)
{
    coro_task(int) task = inner(4);
    // CHECK: 0 done 0 alive
    printf("%d done %d alive\n", coro_done(task), alive);
    int resumes = 0;
    while (!coro_done(task))
        coro_resume(task), resumes++;
    // CHECK-NEXT: 8 resumes, 41 41, 0 alive
    printf("%d resumes, %d %d, %d alive\n", resumes, coro_result(task), coro_result(task), alive);
    coro_destroy(task);

    int x = 0;
    coro_task(void) v = nothing(&x);
    coro_resume(v);
    coro_resume(v);
    coro_result(v);
    coro_destroy(v);
    coro_run(nothing(&x));
    // CHECK-NEXT: void 4
    printf("void %d\n", x);

    for (int depth = 0; depth < 3; depth++) {
        for (int before = 0; before <= 8; before++) {
            coro_task(int) given = inner(4);
            for (int i = 0; i < before; i++)
                coro_resume(given);
            int after, r = drive(adopts(given, depth), after);
            printf("%d+%d:%d ", before, after, r);
        }
        printf("alive %d\n", alive);
    }
    // CHECK-NEXT: 0+13:41 1+12:41 2+11:41 3+10:41 4+9:41 5+8:41 6+7:41 7+6:41 8+6:41 alive 0
    // CHECK-NEXT: 0+14:1041 1+13:1041 2+12:1041 3+11:1041 4+10:1041 5+9:1041 6+8:1041 7+7:1041 8+7:1041 alive 0
    // CHECK-NEXT: 0+15:2041 {{.*}} 8+8:2041 alive 0

    /* Cancelled at each point after the adoption. */
    for (int before = 0; before <= 8; before++)
        for (int after = 2; after < 14; after++) {
            coro_task(int) given = inner(4);
            for (int i = 0; i < before; i++)
                coro_resume(given);
            coro_task(int) owner = adopts(given, 0);
            for (int i = 0; i < after && !coro_done(owner); i++)
                coro_resume(owner);
            coro_destroy(owner);
            if (alive)
                printf("alive %d at %d, %d\n", alive, before, after);
        }
    int r = drive(race(), resumes);
    // CHECK-NEXT: race 21 after 6 resumes
    printf("race %d after %d resumes\n", r, resumes);
    return 0;
}
