// llvm #57861: the address of a field of a local, computed above coro.begin, went on to point to the stack: a variant's
// tag was written there and read from the frame.
// RUN: %everywhere %s | FileCheck %s
#include "../Inputs/tasks.h"
#include "Inputs/clobber.h"

struct variant {
    union {
        int number;
        const char *text;
    };
    enum { NOTHING, NUMBER, TEXT } tag;
};
struct pair {
    struct variant first, second;
};

static coro_task(int) number(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n);
}
static int show(const struct variant *v)
{
    return v->tag == NUMBER ? v->number : v->tag == TEXT ? (int)strlen(v->text) : -1;
}
static coro_task(int) fill(struct variant *to, int n)
{
    coro_begin(int);
    if (n & 1) {
        to->number = coro_await(number(n));
        to->tag = NUMBER;
    } else {
        to->text = "four";
        coro_suspend();
        to->tag = TEXT;
    }
    coro_return(show(to));
}
static coro_task(int) both(int n)
{
    coro_begin(int);
    struct pair p = {.first.tag = NOTHING, .second.tag = NOTHING};
    int r = show(&p.second);
    for (int i = 0; i < 2; i++) {
        struct variant *which = i ? &p.first : &p.second;
        r = 10 * r + coro_await(fill(which, n + i));
        coro_suspend();
        r = 10 * r + show(which) + (p.first.tag == NOTHING);
        p.second.tag = NOTHING;
        coro_suspend();
        r = 10 * r + show(&p.second);
    }
    coro_return(r);
}

int main(void)
{
    for (int n = 3; n < 5; n++) {
        coro_task(int) task = both(n);
        while (!coro_done(task)) {
            clobber();
            coro_resume(task);
        }
        // CHECK: -660561
        // CHECK-NEXT: -550451
        printf("%d\n", coro_result(task));
        coro_destroy(task);
    }
    return 0;
}
