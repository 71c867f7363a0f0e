/* chain.c: the rare paths of the linked-call chain, and the end of a program that misuses it. */
#include <stdio.h>
#include <stdlib.h>

#include <coroinline/coro.h>

void coro__fail(const char *op, const char *why, const char *file, unsigned line)
{
    fflush(stdout);
    fprintf(stderr, "%s:%u: %s: %s\n", file, line, op, why);
    abort();
}

/* Awaits a task that its owner has resumed before, so that it may have ended or be the root of a
 * chain of its own. Linear in the depth of that chain, once. */
void *coro__adopt(void *task, void *self)
{
    if (__builtin_coro_done(task))
        return self;
    struct coro__header *h = coro__header_of(task);
    void *root = coro__header_of(self)->root, *leaf = h->up;
    for (void *frame = leaf; frame != task; frame = coro__awaiter_of(frame))
        coro__header_of(frame)->root = root;
    h->root = root;
    h->up = self;
    return leaf;
}

/* A root that has ended may still name a task that is gone. The others are destroyed innermost
 * first: a task's cleanups may use what its awaiter holds. A generator is its owner's to
 * destroy, who is farther out. With what it awaits it becomes a chain of its own, which gives no
 * more values. */
void coro__cancel(void *root)
{
    if (__builtin_coro_done(root)) {
        __builtin_coro_destroy(root);
        return;
    }
    void *innermost = coro__header_of(root)->up, *frame = innermost;
    while (frame != root) {
        void *awaiter = coro__awaiter_of(frame);
        if (coro__is_awaited_generator(frame)) {
            struct coro__generator *g = coro__generator_of(frame);
            for (void *task = innermost; task != frame; task = coro__header_of(task)->up)
                coro__header_of(task)->root = frame;
            g->header.root = frame;
            g->header.up = innermost;
            g->state = CORO__NO_MORE;
            innermost = awaiter;
        }
        frame = awaiter;
    }
    while (innermost != root) {
        void *awaiter = coro__header_of(innermost)->up;
        __builtin_coro_destroy(innermost);
        innermost = awaiter;
    }
    __builtin_coro_destroy(root);
}
