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
void *coro__adopt(void *child, void *self)
{
    struct coro__header *c = coro__header_of(child), *p = coro__header_of(self);
    if (__builtin_coro_done(child))
        return self;
    void *root = p->parent ? p->link : self;
    void *leaf = c->link;
    for (void *frame = leaf; frame != child; frame = coro__header_of(frame)->parent)
        coro__header_of(frame)->link = root;
    c->link = root;
    c->parent = self;
    coro__header_of(root)->link = leaf;
    return leaf;
}

/* Innermost first: a task's cleanups may use what its awaiter holds. */
void coro__cancel(void *root)
{
    void *frame = coro__header_of(root)->link, *parent;
    for (; frame != root; frame = parent) {
        parent = coro__header_of(frame)->parent;
        __builtin_coro_destroy(frame);
    }
    __builtin_coro_destroy(root);
}
