// A task is cancelled while a generator runs as a part of it, waits in its scope, or has ended; or a
// loop over one is left early: the cleanups run innermost first, each once, and everything is freed.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

static int alive;

struct scope {
    const char *name;
    void *memory;
};

static struct scope enter(const char *name)
{
    alive++;
    return (struct scope){name, malloc(10)};
}

static void leave(struct scope *s)
{
    printf(" ~%s", s->name);
    free(s->memory);
    alive--;
}
#define SCOPED(name)                                                                               \
    __attribute__((cleanup(leave), unused)) struct scope scope_##name = enter(#name)

static coro_task(int) leaf(int *borrowed)
{
    coro_begin(int);
    SCOPED(leaf);
    coro_suspend();
    coro_return((*borrowed)++);
}

static CORO_NOINLINE coro_task(int) linked(int *borrowed)
{
    coro_begin(int);
    SCOPED(linked);
    coro_return(coro_await(leaf(borrowed)));
}

static coro_generator(int) values(void)
{
    coro_begin_generator(int);
    SCOPED(values);
    int mine = 0;
    coro_yield(coro_await(leaf(&mine)));
    for (;;) {
        SCOPED(turn);
        coro_suspend();
        coro_yield(coro_await(linked(&mine)));
    }
}

static coro_generator(int) doubled(int count)
{
    coro_begin_generator(int);
    SCOPED(doubled);
    coro_await_for(v, values())
    {
        SCOPED(each);
        if (count-- == 0)
            coro_return();
        coro_yield(2 * v);
    }
    coro_return();
}

static coro_task(int) top(void)
{
    coro_begin(int);
    SCOPED(top);
    int sum = 0;
    coro_await_for(v, doubled(2))
    {
        SCOPED(body);
        sum += v;
        coro_suspend();
    }
    {
        SCOPED(second);
        coro_await_for(v, values())
        {
            if (v == 1)
                break;
            coro_suspend();
        }
    }
    coro_return(sum);
}

/* A generator that another coroutine owns, and so destroys. */
static coro_task(void) take(coro_generator(int) from)
{
    coro_begin(void);
    SCOPED(take);
    for (int v; coro_await_next(from, &v);)
        coro_suspend();
    coro_return();
}

static void drop(coro_generator(int) * g)
{
    printf(" drop");
    coro_destroy(*g);
}

static coro_task(void) lends(void)
{
    coro_begin(void);
    __attribute__((cleanup(drop))) coro_generator(int) g = doubled(1);
    SCOPED(lends);
    coro_await(take(g));
    coro_return();
}

static void plain(int count)
{
    SCOPED(plain);
    coro_for(v, doubled(5)) if (count-- == 0) return;
}

int main(void)
{
    // CHECK: 0: alive 0{{$}}
    // CHECK-NEXT: 1: | ~leaf ~values ~doubled ~top alive 0
    // CHECK-NEXT: 2: ~leaf | ~body ~each ~values ~doubled ~top alive 0
    // CHECK-NEXT: 3: ~leaf ~body ~each | ~turn ~values ~doubled ~top alive 0
    // CHECK-NEXT: 4: ~leaf ~body ~each | ~leaf ~linked ~turn ~values ~doubled ~top alive 0
    // CHECK-NEXT: 5: ~leaf ~body ~each ~leaf ~linked | ~body ~each ~turn ~values ~doubled ~top alive 0
    // CHECK-NEXT: 6: ~leaf ~body ~each ~leaf ~linked ~body ~each ~turn | ~turn ~values ~doubled ~top alive 0
    // CHECK-NEXT: 7: {{.*}} | ~leaf ~linked ~turn ~values ~doubled ~top alive 0
    // CHECK-NEXT: 8: {{.*}} ~leaf ~linked ~each ~turn ~values ~doubled | ~leaf ~values ~second ~top alive 0
    // CHECK-NEXT: 9: {{.*}} ~doubled ~leaf | ~values ~second ~top alive 0
    // CHECK-NEXT: 10: {{.*}} ~doubled ~leaf | ~turn ~values ~second ~top alive 0
    // CHECK-NEXT: 11: {{.*}} ~doubled ~leaf | ~leaf ~linked ~turn ~values ~second ~top alive 0
    // CHECK-NEXT: 12: {{.*}} ~doubled ~leaf ~leaf ~linked ~turn ~values ~second ~top | alive 0
    for (int resumes = 0; resumes <= 12; resumes++) {
        printf("%d:", resumes);
        coro_task(int) task = top();
        for (int k = 0; k < resumes; k++)
            coro_resume(task);
        if (resumes)
            printf(" |");
        coro_destroy(task);
        printf(" alive %d\n", alive);
    }
    // CHECK-NEXT: 1: | ~take ~lends drop ~leaf ~values ~doubled alive 0
    // CHECK-NEXT: 2: ~leaf | ~take ~lends drop ~each ~values ~doubled alive 0
    // CHECK-NEXT: 3: ~leaf ~each | ~take ~lends drop ~turn ~values ~doubled alive 0
    // CHECK-NEXT: 4: ~leaf ~each | ~take ~lends drop ~leaf ~linked ~turn ~values ~doubled alive 0
    // CHECK-NEXT: 5: ~leaf ~each ~leaf ~linked ~each ~turn ~values ~doubled ~take ~lends drop | alive 0
    for (int resumes = 1; resumes <= 5; resumes++) {
        printf("%d:", resumes);
        coro_task(void) task = lends();
        for (int k = 0; k < resumes; k++)
            coro_resume(task);
        printf(" |");
        coro_destroy(task);
        printf(" alive %d\n", alive);
    }
    // CHECK-NEXT: ~leaf ~each ~values ~doubled ~plain alive 0
    // CHECK-NEXT: ~leaf ~each ~leaf ~linked ~each ~turn ~values ~doubled ~plain alive 0
    // CHECK-NEXT: ~leaf ~each {{.*}} ~doubled ~plain alive 0
    for (int count = 0; count < 3; count++) {
        plain(count);
        printf(" alive %d\n", alive);
    }
    return 0;
}
