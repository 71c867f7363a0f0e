// A task that is destroyed before its end, at any suspend, runs the cleanups of its open scopes,
// innermost task first, and frees everything; also where its tasks are linked.
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

static coro_task(int) leaf(const char *name, int *borrowed)
{
    coro_begin(int);
    SCOPED(leaf);
    (void)name;
    coro_suspend();
    {
        SCOPED(leaf_block);
        *borrowed += 1; /* lies in a frame further out */
        coro_suspend();
    }
    coro_return(*borrowed);
}

static CORO_NOINLINE coro_task(int) linked(int *borrowed)
{
    coro_begin(int);
    SCOPED(linked);
    coro_return(coro_await(leaf("linked", borrowed)) + 1);
}

static coro_task(int) middle(int depth)
{
    coro_begin(int);
    SCOPED(middle);
    int mine = depth;
    int r = coro_await(leaf("middle", &mine));
    for (int i = 0; i < 2; i++) {
        SCOPED(turn);
        r += coro_await(linked(&mine));
        if (depth)
            r += coro_await(middle(depth - 1));
    }
    coro_return(r);
}

static coro_task(int) top(void)
{
    coro_begin(int);
    SCOPED(top);
    coro_suspend();
    int r = coro_await(middle(0)) + coro_await(middle(1));
    SCOPED(late_one);
    coro_suspend();
    coro_return(r);
}

int main(void)
{
    // CHECK: 0: alive 0{{$}}
    // CHECK-NEXT: 1: | ~top alive 0
    // CHECK-NEXT: 2: | ~leaf ~middle ~top alive 0
    // CHECK-NEXT: 3: | ~leaf_block ~leaf ~middle ~top alive 0
    // CHECK-NEXT: 4: ~leaf_block ~leaf | ~leaf ~linked ~turn ~middle ~top alive 0
    // CHECK-NEXT: 5: ~leaf_block ~leaf | ~leaf_block ~leaf ~linked ~turn ~middle ~top alive 0
    // CHECK: 12: {{.*}} | ~leaf ~middle ~turn ~middle ~top alive 0
    // CHECK: 15: {{.*}} | ~leaf_block ~leaf ~linked ~turn ~middle ~turn ~middle ~top alive 0
    // CHECK: 26: {{.*}} | ~late_one ~top alive 0
    // CHECK-NEXT: 27: {{.*}} ~late_one ~top | alive 0
    for (int resumes = 0; resumes <= 27; resumes++) {
        printf("%d:", resumes);
        coro_task(int) task = top();
        for (int k = 0; k < resumes; k++)
            coro_resume(task);
        if (resumes)
            printf(" |");
        coro_destroy(task);
        printf(" alive %d\n", alive);
    }

    /* In pieces: the driver gives one of a group up. */
    coro_task(int) tasks[5];
    for (int i = 0; i < 5; i++)
        tasks[i] = top();
    for (int k = 0; k < 10; k++)
        for (int i = 0; i < 5; i++)
            if (i != 2 || k < 3)
                coro_resume(tasks[i]);
            else if (k == 3)
                coro_destroy(tasks[2]);
    printf("\n");
    for (int i = 0; i < 5; i++)
        if (i != 2)
            coro_destroy(tasks[i]);
    // CHECK: {{^}}alive 0
    printf("\nalive %d\n", alive);
    return 0;
}
