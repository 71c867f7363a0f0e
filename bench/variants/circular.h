/* circular.h: instead of <coroinline/coro.h>: nothing leads from a root to its innermost task. Who
 * suspends puts itself at the end of a circular array that belongs to the scheduler, which the
 * thread knows, and the scheduler resumes the first in it. A task knows its awaiter and its root.
 *
 * Where a chain of tasks stands, nobody can tell but by that array: coro_resume() is an error at
 * compile time. coro_interleave() and coro_run() may be nested, and left early. */
#include <coroinline/coro.h>

#undef CORO__AWAIT
#define CORO__AWAIT coroinline_await_linked

struct variant__ring {
    void **frame;
    size_t mask, head, tail; /* the mask is the size, a power of 2, less 1 */
    struct variant__ring *outer;
};
__attribute__((weak, tls_model("initial-exec"))) _Thread_local struct variant__ring *variant__ring;

static inline void variant__push(void *frame)
{
    struct variant__ring *ring = variant__ring;
    ring->frame[ring->tail++ & ring->mask] = frame;
}

static inline void *variant__pop(struct variant__ring *ring)
{
    return ring->frame[ring->head++ & ring->mask];
}

/* Cancels what is left, innermost tasks first. */
static inline void variant__ring_leave(struct variant__ring *ring)
{
    variant__ring = ring->outer;
    while (ring->head != ring->tail) {
        void *frame = variant__pop(ring), *root = coro__header_of(frame)->root;
        while (frame != root) {
            void *awaiter = coro__header_of(frame)->up;
            __builtin_coro_destroy(frame);
            frame = awaiter;
        }
        __builtin_coro_destroy(root);
    }
}

static inline void *variant__enter(void *task, void *self)
{
    struct coro__header *h = coro__header_of(task);
    h->root = coro__header_of(self)->root;
    h->up = self;
    return task;
}

static inline void *variant__leave(void *task, void *self)
{
    (void)self;
    return coro__header_of(task)->up;
}

/* What coro_run() takes for a step goes to the end. */
static inline bool variant__run(void *root)
{
    void *innermost = root;
    struct variant__ring ring = {&innermost, 0, 0, 0, variant__ring};
    variant__ring = &ring;
    do
        __builtin_coro_resume(innermost);
    while (!__builtin_coro_done(root));
    variant__ring = ring.outer;
    return true;
}

#define coro__enter variant__enter
#define coro__leave variant__leave
#define coro__step variant__run

#undef coro_suspend
#define coro_suspend()                                                                             \
    __extension__({                                                                                \
        CORO__IN_COROUTINE;                                                                        \
        variant__push(coro__self);                                                                 \
        if (coroinline_suspend())                                                                  \
            goto coro__destroy;                                                                    \
    })

#undef coro_resume
#define coro_resume(task)                                                                          \
    __extension__({                                                                                \
        _Static_assert(0, "no task is resumed by hand where the chain is a circular array");       \
        (void)(task);                                                                              \
    })

/* The number of a root's task lies in its header, as `up`. */
#undef coro_interleave
#define coro_interleave(group, n, i, start, v, ...)                                                \
    do {                                                                                           \
        const size_t coro__total = (n);                                                            \
        size_t coro__next = 0, coro__group = (group);                                              \
        coro__group = coro__group > CORO_MAX_GROUP ? CORO_MAX_GROUP : coro__group;                 \
        coro__group = coro__group > coro__total ? coro__total : coro__group;                       \
        coro__group = coro__group == 0 ? 1 : coro__group;                                          \
        size_t coro__size = 1, coro__flying = 0;                                                   \
        while (coro__size < coro__group)                                                           \
            coro__size *= 2;                                                                       \
        void *coro__frames[coro__size];                                                            \
        __attribute__((cleanup(variant__ring_leave))) struct variant__ring coro__ring = {          \
            coro__frames, coro__size - 1, 0, 0, variant__ring};                                    \
        variant__ring = &coro__ring;                                                               \
        while (coro__next < coro__total || coro__flying > 0) {                                     \
            void *coro__root, *coro__innermost;                                                    \
            if (coro__next < coro__total && coro__flying < coro__group) {                          \
                size_t i = coro__next++;                                                           \
                coro__root = coroinline_root((start).coro__frame);                                 \
                if (__builtin_expect(!coro__root, 0))                                              \
                    coro__fail("coro_interleave", CORO__NULL_TASK, __FILE__, __LINE__);            \
                coro__header_of(coro__root)->up = (void *)i;                                       \
                coro__flying++;                                                                    \
                __builtin_coro_resume(coro__root);                                                 \
            } else {                                                                               \
                do {                                                                               \
                    coro__innermost = variant__pop(&coro__ring);                                   \
                    coro__root = coro__header_of(coro__innermost)->root;                           \
                    __builtin_coro_resume(coro__innermost);                                        \
                } while (__builtin_expect(!__builtin_coro_done(coro__root), 1));                   \
            }                                                                                      \
            if (!__builtin_coro_done(coro__root))                                                  \
                continue;                                                                          \
            size_t i = (size_t)coro__header_of(coro__root)->up;                                    \
            __typeof__(start) coro__ended = {coro__root};                                          \
            CORO__RESULT_TYPE(coro__ended) v;                                                      \
            CORO__LOAD_RESULT(coro__ended, v);                                                     \
            coro__flying--;                                                                        \
            __builtin_coro_destroy(coro__root);                                                    \
            (void)i, (void)v;                                                                      \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
    } while (0)
