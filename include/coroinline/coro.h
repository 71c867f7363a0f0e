/* coro.h: stackless coroutines for latency-bound C: the whole public interface of CoroInline.
 *
 *     coro_declare(node_ptr);
 *
 *     static coro_task(node_ptr) child(node *n, uint64_t key)
 *     {
 *         coro_begin(node_ptr);
 *         coro_prefetch(n);
 *         coro_return(n->key < key ? n->right : n->left);
 *     }
 *
 * A coroutine is a C function that returns a task. Calling it makes a task, suspended before its
 * first statement. Another coroutine runs the task with coro_await(); plain code drives it with
 * coro_run(), coro_interleave() or, step by step, coro_resume().
 *
 * Needs clang 19 or 22 with -Xclang -fcoroutines and -fpass-plugin=libCoroInline.so; the clang
 * configuration file that comes with it, --config=<path>/coroinline.cfg, sets both. The language is
 * C17 with GNU extensions.
 *
 * Errors. A task whose frame could not be allocated is NULL: coro_failed() tells. Every other
 * operation on a NULL task, and every operation on a task that is not in the state the operation
 * needs, prints one line that names the file, the line and the reason to stderr and calls abort().
 *
 * Threads. Distinct tasks are independent. One task is driven by one thread at a time; between two
 * resumes it may move to another thread, given the synchronisation that any shared object needs.
 *
 * Caveats.
 *  - coro_begin() is the first statement of the body; what stands before it runs at the call. A
 *    pointer to a variable or parameter that is set there, and used in the body, is an error.
 *  - Macro arguments are expanded by textual substitution: names that begin with coro__ are taken.
 *  - coro_declare(T) may be given once per T and translation unit before C23.
 *  - In a coroutine, `return`, computed goto and va_start are errors, as is a variable-length array
 *    or alloca that is alive across a suspend: the compiler names the line.
 *  - A task that is made and never awaited is its maker's to destroy, also where the maker is
 *    cancelled before it comes to the await: coro_await(f(x)) in one expression leaves no gap.
 *  - A task that awaits itself, or the root of its own chain, is not found out; nor is a generator
 *    that asks itself for a value.
 *  - Chains of any depth suspend, end and are cancelled in constant stack. But a cleanup that
 *    destroys a generator or task does so from within, that of coro_await_for too: of those that
 *    hold one another and are left early, each takes the stack of some calls.
 *  - A call of a coroutine does not all that its task does: noescape on a parameter, pure and const
 *    are untrue of it, and callers in other files would rely on them.
 *  - A pointer to a thread-local variable (&errno is one) goes on to point to that of the thread in
 *    which it was taken. If the task may change threads, take it anew behind a suspend.
 */
#ifndef COROINLINE_CORO_H
#define COROINLINE_CORO_H

#if defined(__cplusplus)
#error "CoroInline: <coroinline/coro.h> is for C; in C++ use the language's own coroutines"
#elif !defined(__clang__)
#error "CoroInline: <coroinline/coro.h> needs clang (19 or 22): the coroutines are clang's"
#elif defined(__mips__)
#error "CoroInline: LLVM's MIPS backends have no tail calls, which awaits are made of"
#elif !__has_builtin(__builtin_coro_id)
#error                                                                                             \
    "CoroInline: coroutines are off: add -Xclang -fcoroutines (or use --config=<path>/coroinline.cfg)"
#endif

#pragma clang system_header

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Attributes ------------------------------------------------------------------------------ */

/* On a coroutine: whoever awaits it does so by a linked call, at every optimisation level. */
#define CORO_NOINLINE __attribute__((noinline))

/* On a coroutine: it is inlined into whoever awaits it, however large it is and however seldom the
 * await is reached, unless that can't be. Without it, the plugin weighs sizes, and leaves awaits
 * linked that lie on paths which the source or a profile calls unlikely. __attribute__((cold)) on a
 * coroutine leaves all its awaits linked. */
#define CORO_INLINE __attribute__((always_inline))

/* ---- What the macros below stand on: not for use by hand ------------------------------------- */

/* Lies in the promise of every task, at a fixed place in its frame, so that the call chain can be
 * walked without knowing result types. The chain is CoroBase's (He, Lu, Wang, PVLDB 14(3), 2021):
 * tasks are linked to their awaiters and the root knows its innermost task, so that a suspend and
 * the resume after it cost the same at every depth. That task tells the root when it suspends:
 * awaits and ends leave the root alone, and while its chain runs, or has ended, what the root says
 * is what was true at the last suspend. */
struct coro__header {
    void *root; /* stands first; frame of the root: its own in a root */
    void *up;   /* frame of the awaiter; in a root that is suspended, of its innermost task */
};

/* The promise of a generator begins with this. Of one that is running as a part of another task,
 * `up` is one byte above the awaiter: that tells it from a task, which is not left but to end. */
struct coro__generator {
    struct coro__header header;
    uintptr_t state; /* of enum coro__progress */
};
enum coro__progress { CORO__NO_VALUE, CORO__HAS_VALUE, CORO__NO_MORE };
#define CORO__GENERATOR_MARK 1

/* Behind the resume and destroy functions, at an alignment of 8: llvm.org/docs/Coroutines. */
#define CORO__HEADER_OFFSET ((2 * sizeof(void *) + 7) & ~(size_t)7)
#define CORO__RESULT_OFFSET (CORO__HEADER_OFFSET + sizeof(struct coro__header))
#define CORO__STATE_OFFSET (CORO__HEADER_OFFSET + offsetof(struct coro__generator, state))
#define CORO__VALUE_OFFSET (CORO__HEADER_OFFSET + sizeof(struct coro__generator))

static inline struct coro__header *coro__header_of(void *frame)
{
    return (struct coro__header *)((char *)frame + CORO__HEADER_OFFSET);
}

static inline struct coro__generator *coro__generator_of(void *frame)
{
    return (struct coro__generator *)((char *)frame + CORO__HEADER_OFFSET);
}

static inline bool coro__is_awaited_generator(void *frame)
{
    return (uintptr_t)coro__header_of(frame)->up & CORO__GENERATOR_MARK;
}

/* Of a task or generator that is being awaited. */
static inline void *coro__awaiter_of(void *frame)
{
    return (char *)coro__header_of(frame)->up - coro__is_awaited_generator(frame);
}

/* Reports misuse: prints "file:line: op: why" to stderr and aborts. _Noreturn and not the
 * attribute, which is a part of the type: see coro_begin on coverage. */
_Noreturn __attribute__((cold, nothrow)) void coro__fail(const char *op, const char *why,
                                                         const char *file, unsigned line);

#define CORO__NULL_TASK "the task is NULL: the memory for its frame could not be had"
#define CORO__AWAITED_TASK "the task is being awaited by another one"
#define CORO__ENDED_GENERATOR "the generator has ended"

/* Marker functions: the plugin replaces each call. One that is left over tells that there was no
 * plugin, and is an error at its line. */
#define CORO__MARKER                                                                               \
    __attribute__((                                                                                \
        nothrow,                                                                                   \
        error("CoroInline: the compiler plugin is not loaded: add "                                \
              "-fpass-plugin=<path>/libCoroInline.so (or --config=<path>/coroinline.cfg)")))
typedef void *coro__transfer(void *task, void *self); /* gives the frame to resume next */
CORO__MARKER bool coroinline_start(void *promise);    /* the initial suspend; true: destroy */
CORO__MARKER void coroinline_tell(void);              /* the root: this is its innermost task */
CORO__MARKER bool coroinline_suspend(void);           /* a suspend; true: destroy */
CORO__MARKER void coroinline_open_end(void);      /* where a body goes that has no coro_return */
CORO__MARKER void coroinline_no_frame(void);      /* returns a NULL task */
CORO__MARKER void coroinline_end(void);           /* what follows belongs to the ramp alone */
CORO__MARKER size_t coroinline_frame_size(void);  /* bytes */
CORO__MARKER size_t coroinline_frame_align(void); /* bytes */
/* frame + offset, for any frame. */
CORO__MARKER void *coroinline_at(void *frame, size_t offset);
/* frame, the one of a task that will never be awaited. */
CORO__MARKER void *coroinline_root(void *frame);
/* Bytes (a multiple of 16) that the slots named by `here` are to have for frames; 0: none. */
CORO__MARKER size_t coroinline_frame_bytes(void *here);
/* task, made to take `place` for its frame if the above is not 0. */
CORO__MARKER void *coroinline_place(void *task, void *place, void *here);
/* Whether the task is its own root: nobody awaits it. */
CORO__MARKER bool coroinline_is_root(void *frame);
/* Suspends for good; returns to be destroyed. If is_root is false, leave() tells who goes on. */
CORO__MARKER void coroinline_finish(bool is_root, coro__transfer *leave);
/* Suspends, and enter(task, self) tells who goes on; true: destroy. */
CORO__MARKER bool coroinline_await(void *task, coro__transfer *enter);
/* The same of a generator, up to its next value or its end. */
CORO__MARKER bool coroinline_next(void *generator, coro__transfer *enter);
/* The same two, kept as linked calls. */
CORO__MARKER bool coroinline_await_linked(void *task, coro__transfer *enter);
CORO__MARKER bool coroinline_next_linked(void *generator, coro__transfer *enter);
/* If is_root, tells the root and suspends; else suspends, and leave() tells who goes on. True:
 * destroy. */
CORO__MARKER bool coroinline_yield(bool is_root, coro__transfer *leave);
/* As a cleanup of a variable that holds a generator and nothing else: coro__destroy_root(). */
CORO__MARKER void coroinline_drop(void *variable);

#ifdef CORO_NO_INLINE
#define CORO__AWAIT coroinline_await_linked
#define CORO__NEXT coroinline_next_linked
#else
#define CORO__AWAIT coroinline_await
#define CORO__NEXT coroinline_next
#endif

/* Frames: size-classed free lists of the calling thread, in steps of 64 bytes. CORO_NO_POOL, and
 * the address sanitizer, send each frame to the allocator instead. */
#define CORO__POOL_CLASSES 32
struct coro__pool {
    void *list[CORO__POOL_CLASSES + 1]; /* by size in units of 64 bytes; linked by the first word */
    bool open; /* atomic: takes frames; not in a new thread, nor where others ask for them */
};
extern _Thread_local struct coro__pool coro__pool __attribute__((tls_model("initial-exec")));

/* The rare paths save the registers that their callers would have to. */
#define CORO__RARE __attribute__((cold, preserve_most, nothrow))
CORO__RARE void *coro__frame_from_allocator(size_t size, size_t align); /* NULL: no memory */
CORO__RARE void coro__frame_to_allocator(void *frame, size_t size, size_t align);
CORO__RARE void coro__frame_to_closed_pool(void *frame, size_t size);

#if defined(CORO_NO_POOL) || __has_feature(address_sanitizer)
#define CORO__POOLED(size, align) 0
#else
#define CORO__POOLED(size, align) ((size) <= 64 * CORO__POOL_CLASSES && (align) <= 64)
#endif

__attribute__((nothrow)) static inline void *coro__frame_new(size_t size, size_t align)
{
    if (CORO__POOLED(size, align)) {
        void **list = &coro__pool.list[(size + 63) / 64];
        void *frame = *list;
        if (__builtin_expect(frame != NULL, 1)) {
            *list = *(void **)frame;
            return frame;
        }
    }
    return coro__frame_from_allocator(size, align);
}

__attribute__((nothrow)) static inline void coro__frame_delete(void *frame, size_t size,
                                                               size_t align)
{
    if (CORO__POOLED(size, align)) {
        if (__builtin_expect(__atomic_load_n(&coro__pool.open, __ATOMIC_RELAXED), 1)) {
            void **list = &coro__pool.list[(size + 63) / 64];
            *(void **)frame = *list;
            *list = frame;
        } else {
            coro__frame_to_closed_pool(frame, size);
        }
    } else {
        coro__frame_to_allocator(frame, size, align);
    }
}

void *coro__adopt(void *task, void *self); /* coro__enter() for a task that was driven before */
/* Destroys the chain below a root, if it has not ended, then the root. */
void coro__cancel(__attribute__((noescape)) void *root);

/* Links `task` below `self`. */
static inline void *coro__enter(void *task, void *self)
{
    struct coro__header *h = coro__header_of(task);
    if (__builtin_expect(h->up != task || __builtin_coro_done(task), 0))
        return coro__adopt(task, self);
    h->root = coro__header_of(self)->root;
    h->up = self;
    return task;
}

/* The end of an awaited task: gives its awaiter. */
static inline void *coro__leave(void *task, void *self)
{
    (void)self;
    return coro__header_of(task)->up;
}

/* Links `generator`, which waits to be asked for a value, below `self`. */
static inline void *coro__enter_generator(void *generator, void *self)
{
    struct coro__header *h = coro__header_of(generator);
    h->root = coro__header_of(self)->root;
    h->up = (char *)self + CORO__GENERATOR_MARK;
    return generator;
}

/* A value, or the end: the generator waits again, as one that nobody awaits. */
static inline void *coro__leave_generator(void *generator, void *self)
{
    (void)self;
    struct coro__header *h = coro__header_of(generator);
    void *awaiter = (char *)h->up - CORO__GENERATOR_MARK;
    h->root = h->up = generator;
    return awaiter;
}

/* Resumes the innermost task of a root. Returns whether the root has ended. */
static inline bool coro__step(void *root)
{
    __builtin_coro_resume(coro__header_of(root)->up);
    return __builtin_coro_done(root);
}

/* One that has ended may still name a task that is gone. */
static inline void coro__destroy_root(void *root)
{
    if (__builtin_expect(coro__header_of(root)->up != root && !__builtin_coro_done(root), 0))
        coro__cancel(root);
    else
        __builtin_coro_destroy(root);
}

enum coro__state { CORO__ANY, CORO__LIVE, CORO__ENDED };

static inline void *coro__checked(void *root, enum coro__state need, const char *op,
                                  const char *file, unsigned line)
{
    if (__builtin_expect(!root, 0))
        coro__fail(op, CORO__NULL_TASK, file, line);
    if (__builtin_expect(coro__header_of(root)->root != root, 0))
        coro__fail(op, CORO__AWAITED_TASK, file, line);
    if (need != CORO__ANY &&
        __builtin_expect(__builtin_coro_done(root) != (need == CORO__ENDED), 0))
        coro__fail(op, need == CORO__LIVE ? "the task has ended" : "the task has not ended", file,
                   line);
    return root;
}

/* Resumes a generator up to its next value or its end. Returns whether there is a value. */
static inline bool coro__next(void *generator, const char *file, unsigned line)
{
    if (__builtin_expect(!generator, 0))
        coro__fail("coro_next", CORO__NULL_TASK, file, line);
    struct coro__generator *g = coro__generator_of(generator);
    if (__builtin_expect(g->header.root != generator, 0))
        coro__fail("coro_next", CORO__AWAITED_TASK, file, line);
    if (__builtin_expect(g->state == CORO__NO_MORE, 0))
        coro__fail("coro_next", CORO__ENDED_GENERATOR, file, line);
    g->state = CORO__NO_VALUE;
    do
        __builtin_coro_resume(g->header.up);
    while (g->state == CORO__NO_VALUE);
    return g->state == CORO__HAS_VALUE;
}

static inline void *coro__made(void *generator, const char *file, unsigned line)
{
    if (__builtin_expect(!generator, 0))
        coro__fail("coro_for", CORO__NULL_TASK, file, line);
    return generator;
}

#define CORO__CHECKED(task, need, op)                                                              \
    coro__checked((task).coro__frame, need, op, __FILE__, __LINE__)

#define CORO__IS_VOID(task) __builtin_types_compatible_p(__typeof__(*(task).coro__frame), void)
/* The result type of a task; char where there is none. */
#define CORO__RESULT_TYPE(task)                                                                    \
    __typeof__(*__builtin_choose_expr(CORO__IS_VOID(task), (char *)0, (task).coro__frame))
/* By memcpy, and not by pointer arithmetic here: results may be over-aligned, and what the
 * sanitizers would add to either hides from the plugin where the task goes. */
#define CORO__LOAD(frame, offset, variable)                                                        \
    __builtin_memcpy((void *)&(variable), coroinline_at((void *)(frame), offset), sizeof(variable))
#define CORO__LOAD_RESULT(task, variable) CORO__LOAD_RESULT_AT(task, (task).coro__frame, variable)
#define CORO__LOAD_RESULT_AT(task, frame, variable)                                                \
    ((void)(CORO__IS_VOID(task) || CORO__LOAD(frame, CORO__RESULT_OFFSET, variable)))
#define CORO__RESULT(task, variable) __builtin_choose_expr(CORO__IS_VOID(task), (void)0, variable)

/* The type of a generator's values. */
#define CORO__VALUE_TYPE(generator) __typeof__((*(generator).coro__frame)->value)
#define CORO__CHECK_VALUE(generator, v)                                                            \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*(v)), CORO__VALUE_TYPE(generator)),    \
                   "the variable has not the type of the generator's values")

#define CORO__IN_COROUTINE ((void)coro_begin_is_missing_in_this_function)
#define CORO__IN_GENERATOR ((void)coro_begin_generator_is_missing_in_this_function)

/* ---- Task types ------------------------------------------------------------------------------ */

/* The handle of a coroutine whose result has the type T: one pointer, passed by value. T is one
 * identifier that coro_declare() has declared. */
#define coro_task(T) struct coro_task_##T

/* The handle of a generator, a coroutine that gives any number of values of the type T: one
 * pointer, passed by value. Its type keeps it out of what wants a result, such as coro_await. */
#define coro_generator(T) struct coro_generator_##T

/* At file scope: declares coro_task(T) and coro_generator(T). T is a complete object type of any
 * size and alignment. */
#define coro_declare(T)                                                                            \
    struct coro_task_##T {                                                                         \
        T *coro__frame; /* points to no T: its type tells the macros the result's */               \
    };                                                                                             \
    struct coro__promise_##T {                                                                     \
        struct coro__header header;                                                                \
        T value __attribute__((packed));                                                           \
    } __attribute__((aligned(8)));                                                                 \
    struct coro__generator_promise_##T {                                                           \
        struct coro__generator generator;                                                          \
        T value __attribute__((packed));                                                           \
    } __attribute__((aligned(8)));                                                                 \
    struct coro_generator_##T {                                                                    \
        struct coro__generator_promise_##T (*coro__frame)[]; /* as in a task */                    \
    }

struct coro_task_void {
    void *coro__frame;
};
struct coro__promise_void {
    struct coro__header header;
} __attribute__((aligned(8)));

typedef void *coro_ptr;
coro_declare(bool);
#define coro_task__Bool coro_task_bool /* where T went through another macro first */
#define coro__promise__Bool coro__promise_bool
#define coro_generator__Bool coro_generator_bool
#define coro__generator_promise__Bool coro__generator_promise_bool
coro_declare(int);
coro_declare(unsigned);
coro_declare(size_t);
coro_declare(int32_t);
coro_declare(uint32_t);
coro_declare(int64_t);
coro_declare(uint64_t);
coro_declare(double);
coro_declare(coro_ptr);

/* ---- In a coroutine -------------------------------------------------------------------------- */

/* Opens the body of a coroutine whose result has the type T. What follows runs at the first resume.
 * The frame comes from the allocator (see coro_set_allocator); where that has none, the call
 * returns a NULL task and the body never runs. */
#define coro_begin(T)                                                                              \
    enum { coro__is_void = __builtin_types_compatible_p(T, void) };                                \
    CORO__BEGIN(struct coro_task_##T, struct coro__promise_##T, coro__promise.header,              \
                CORO__NO_STATE, coro__leave)

/* Opens the body of a generator of values of the type T, a function that returns coro_generator(T).
 * Otherwise as coro_begin. */
#define coro_begin_generator(T)                                                                    \
    enum { coro_begin_generator_is_missing_in_this_function };                                     \
    enum { coro__is_void = true }; /* the result */                                                \
    CORO__BEGIN(struct coro_generator_##T, struct coro__generator_promise_##T,                     \
                coro__promise.generator.header, CORO__SET_STATE, coro__leave_generator)

#define CORO__NO_STATE(to) ((void)0)
#define CORO__SET_STATE(to) ((void)(coro__promise.generator.state = (to)))

#define CORO__BEGIN(handle, promise, header, set_state, leave)                                     \
    enum { coro_begin_is_missing_in_this_function };                                               \
    /* -ftrivial-auto-var-init would touch it before coro.begin, which CoroSplit gets wrong. */    \
    promise coro__promise __attribute__((uninitialized));                                          \
    __builtin_coro_id(0, 0, 0, 0);                                                                 \
    void *coro__memory = 0;                                                                        \
    void *coro__self = 0;                                                                          \
    if (__builtin_coro_alloc()) {                                                                  \
        coro__memory = coro__frame_new(coroinline_frame_size(), coroinline_frame_align());         \
        if (!coro__memory)                                                                         \
            coroinline_no_frame();                                                                 \
    }                                                                                              \
    (header).up = (header).root = coro__self = __builtin_coro_begin(coro__memory);                 \
    set_state(CORO__NO_VALUE);                                                                     \
    /* A coverage report adds up the regions that begin behind one macro: one `if` alone may have  \
     * a jump or a return in it. */                                                                \
    if (coroinline_start(&coro__promise)) {                                                        \
        /* The exits stand above the body so that each goto leaves scopes and enters none. */      \
        if (0) {                                                                                   \
            coroinline_open_end();                                                                 \
            if (!coro__is_void)                                                                    \
                coro__fail(__func__, "the coroutine ended without coro_return", __FILE__,          \
                           __LINE__);                                                              \
        coro__finish:                                                                              \
            __attribute__((unused));                                                               \
            set_state(CORO__NO_MORE);                                                              \
            coroinline_finish((header).root == coro__self, leave);                                 \
        }                                                                                          \
    coro__destroy:                                                                                 \
        __attribute__((unused));                                                                   \
        if (__builtin_coro_free(coro__self)) /* NULL: it lies in another task's */                 \
            coro__frame_delete(coro__self, coroinline_frame_size(), coroinline_frame_align());     \
        coroinline_end();                                                                          \
        return (handle){coro__self};                                                               \
    }                                                                                              \
    ((void)0)

/* Ends the coroutine with a result: coro_return(value), or coro_return() where T is void. Scopes
 * are left, and their cleanups run, as at a return; the value is computed before. Awaiter and
 * driver get a copy. A body that ends without it has returned where T is void, and is an error that
 * aborts where T is not; clang warns of both. */
#define coro_return(...)                                                                           \
    do {                                                                                           \
        CORO__IN_COROUTINE;                                                                        \
        _Static_assert(                                                                            \
            coro__is_void == !(0 __VA_OPT__(+1)),                                                  \
            "coro_return takes the result, and nothing where coro_begin(void) said so");           \
        __VA_OPT__(coro__promise.value = (__VA_ARGS__);)                                           \
        goto coro__finish;                                                                         \
    } while (0)

/* In a generator: gives the consumer a copy of a value, and suspends until the consumer asks for
 * the next one. A void expression. The generator ends by coro_return(), or where its body does. */
#define coro_yield(...)                                                                            \
    __extension__({                                                                                \
        CORO__IN_GENERATOR;                                                                        \
        coro__promise.value = (__VA_ARGS__);                                                       \
        CORO__SET_STATE(CORO__HAS_VALUE);                                                          \
        if (coroinline_yield(coro__promise.generator.header.root == coro__self,                    \
                             coro__leave_generator))                                               \
            goto coro__destroy;                                                                    \
    })

/* Suspends: control goes back to whoever resumed the root task, however deep this one is. A void
 * expression. */
#define coro_suspend()                                                                             \
    __extension__({                                                                                \
        CORO__IN_COROUTINE;                                                                        \
        coroinline_tell();                                                                         \
        if (coroinline_suspend())                                                                  \
            goto coro__destroy;                                                                    \
    })

/* Prefetches the cache line at p for reading, then suspends. p may be any address, NULL too. */
#define coro_prefetch(p)                                                                           \
    __extension__({                                                                                \
        __builtin_prefetch((const void *)(p), 0, 3);                                               \
        coro_suspend();                                                                            \
    })

/* Prefetches the cache lines (of 64 bytes) that hold the `bytes` bytes from p on, then suspends.
 * What the compiler knows of p's alignment, by __builtin_assume_aligned(p, 64) for one, it need not
 * find out at run time. */
#define coro_prefetch_range(p, bytes)                                                              \
    __extension__({                                                                                \
        coro__prefetch_lines((p), (bytes));                                                        \
        coro_suspend();                                                                            \
    })

static inline void coro__prefetch_lines(const void *p, size_t bytes)
{
    /* Of a number, LLVM would forget how the program says that p is aligned. */
    const char *line = __builtin_align_down((const char *)p, 64);
    const size_t into = (size_t)((const char *)p - line), rest = into + bytes % 64;
    __builtin_assume(into < 64);
    /* So many there are at least: no loop, where the compiler knows `bytes`. */
    for (size_t k = bytes / 64; k > 0; k--, line += 64)
        __builtin_prefetch(line, 0, 3);
    if (rest > 0)
        __builtin_prefetch(line, 0, 3);
    if (rest > 64)
        __builtin_prefetch(line + 64, 0, 3);
}

/* Runs a task to its end as a part of this one and is its result (void: a void expression). Owns
 * the task and frees it. Its suspends are suspends of the root. A task that was driven by hand
 * before goes on where it stood. */
#define coro_await(...)                                                                            \
    __extension__({                                                                                \
        CORO__IN_COROUTINE;                                                                        \
        __auto_type coro__task = (__VA_ARGS__);                                                    \
        if (__builtin_expect(!coro__task.coro__frame, 0))                                          \
            coro__fail("coro_await", CORO__NULL_TASK, __FILE__, __LINE__);                         \
        if (__builtin_expect(!coroinline_is_root(coro__task.coro__frame), 0))                      \
            coro__fail("coro_await", CORO__AWAITED_TASK, __FILE__, __LINE__);                      \
        if (CORO__AWAIT(coro__task.coro__frame, coro__enter))                                      \
            goto coro__destroy;                                                                    \
        CORO__RESULT_TYPE(coro__task) coro__value;                                                 \
        CORO__LOAD_RESULT(coro__task, coro__value);                                                \
        __builtin_coro_destroy(coro__task.coro__frame);                                            \
        CORO__RESULT(coro__task, coro__value);                                                     \
    })

/* Runs a generator as a part of this task up to its next value, which it stores at v, a pointer to
 * the very type of the generator's values. False where the generator has ended instead. It must
 * not have ended before. Its suspends, but for coro_yield, are suspends of the root. The generator
 * remains its owner's to destroy: also where this task is cancelled meanwhile, and the generator
 * with it, whose cleanups run where it is destroyed. */
#define coro_await_next(generator, v)                                                              \
    __extension__({                                                                                \
        CORO__IN_COROUTINE;                                                                        \
        __auto_type coro__of = (generator);                                                        \
        CORO__CHECK_VALUE(coro__of, v);                                                            \
        CORO__VALUE_TYPE(coro__of) *coro__to = (v);                                                \
        if (__builtin_expect(!coro__of.coro__frame, 0))                                            \
            coro__fail("coro_await_next", CORO__NULL_TASK, __FILE__, __LINE__);                    \
        if (__builtin_expect(!coroinline_is_root(coro__of.coro__frame), 0))                        \
            coro__fail("coro_await_next", CORO__AWAITED_TASK, __FILE__, __LINE__);                 \
        uintptr_t coro__state;                                                                     \
        CORO__LOAD(coro__of.coro__frame, CORO__STATE_OFFSET, coro__state);                         \
        if (__builtin_expect(coro__state == CORO__NO_MORE, 0))                                     \
            coro__fail("coro_await_next", CORO__ENDED_GENERATOR, __FILE__, __LINE__);              \
        if (CORO__NEXT(coro__of.coro__frame, coro__enter_generator))                               \
            goto coro__destroy;                                                                    \
        CORO__LOAD(coro__of.coro__frame, CORO__STATE_OFFSET, coro__state);                         \
        if (coro__state == CORO__HAS_VALUE)                                                        \
            CORO__LOAD(coro__of.coro__frame, CORO__VALUE_OFFSET, *coro__to);                       \
        coro__state == CORO__HAS_VALUE;                                                            \
    })

/* A loop over the values of the generator that `start`, an expression, makes:
 *
 *     coro_await_for (v, start) { ... }
 *
 * declares v for each value. break and continue work. The generator is destroyed however the loop
 * is left: at its end, by break, coro_return or goto, or because the task is cancelled. */
#define coro_await_for(v, ...) CORO__FOR(v, coro_await_next, (__VA_ARGS__), (__VA_ARGS__))

/* The outer two loops run once. */
#define CORO__FOR(v, next, start, made)                                                            \
    for (bool coro__once = true; coro__once;)                                                      \
        for (__typeof__(start) coro__values __attribute__((cleanup(coroinline_drop))) = made;      \
             coro__once; coro__once = false)                                                       \
            for (CORO__VALUE_TYPE(coro__values) v; next(coro__values, &v);)

/* ---- Driving tasks --------------------------------------------------------------------------- */

/* Whether the task or generator is NULL because the memory for its frame could not be had. */
#define coro_failed(task) ((task).coro__frame == NULL)

/* Runs a root task up to its next suspend or to its end. It must not have ended. */
#define coro_resume(task)                                                                          \
    ((void)sizeof(CORO__RESULT_TYPE(task)), /* no generator */                                     \
     (void)coro__step(CORO__CHECKED(task, CORO__LIVE, "coro_resume")))

/* Whether a root task has ended. */
#define coro_done(task) ((bool)__builtin_coro_done(CORO__CHECKED(task, CORO__ANY, "coro_done")))

/* The result of a root task that has ended. The task keeps it until it is destroyed. */
#define coro_result(task)                                                                          \
    __extension__({                                                                                \
        __auto_type coro__task = (task);                                                           \
        CORO__CHECKED(coro__task, CORO__ENDED, "coro_result");                                     \
        CORO__RESULT_TYPE(coro__task) coro__value;                                                 \
        CORO__LOAD_RESULT(coro__task, coro__value);                                                \
        CORO__RESULT(coro__task, coro__value);                                                     \
    })

/* Frees a root task, or a generator. One that has not ended is cancelled: the cleanups of its open
 * scopes run, those of its innermost task first. */
#define coro_destroy(task) coro__destroy_root(CORO__CHECKED(task, CORO__ANY, "coro_destroy"))

/* Resumes a root task to its end, destroys it, and is its result. */
#define coro_run(...)                                                                              \
    __extension__({                                                                                \
        __auto_type coro__task = (__VA_ARGS__);                                                    \
        CORO__CHECKED(coro__task, CORO__ANY, "coro_run");                                          \
        while (!__builtin_coro_done(coro__task.coro__frame))                                       \
            coro__step(coro__task.coro__frame);                                                    \
        CORO__RESULT_TYPE(coro__task) coro__value;                                                 \
        CORO__LOAD_RESULT(coro__task, coro__value);                                                \
        __builtin_coro_destroy(coro__task.coro__frame);                                            \
        CORO__RESULT(coro__task, coro__value);                                                     \
    })

/* In a plain function: resumes a generator up to its next value, which it stores at v, a pointer to
 * the very type of the generator's values. False where the generator has ended instead. It must
 * not have ended before. What else it suspends for is resumed at once. */
#define coro_next(generator, v)                                                                    \
    __extension__({                                                                                \
        __auto_type coro__of = (generator);                                                        \
        CORO__CHECK_VALUE(coro__of, v);                                                            \
        CORO__VALUE_TYPE(coro__of) *coro__to = (v);                                                \
        bool coro__more = coro__next(coro__of.coro__frame, __FILE__, __LINE__);                    \
        if (coro__more)                                                                            \
            CORO__LOAD(coro__of.coro__frame, CORO__VALUE_OFFSET, *coro__to);                       \
        coro__more;                                                                                \
    })

/* coro_await_for for plain functions: coro_for (v, start) { ... } */
#define coro_for(v, ...)                                                                           \
    CORO__FOR(v, coro_next, (__VA_ARGS__),                                                         \
              {coro__made(coroinline_root((__VA_ARGS__).coro__frame), __FILE__, __LINE__)})

/* Tasks in flight in one coro_interleave; a larger group counts as this. */
#define CORO_MAX_GROUP 4096

/* For the group of coro_interleave: as many as run fastest, which depends on the tasks, on where
 * their data lie and on the machine, and is found while they run, among sizes from 1 to 64 (16 at
 * first). Each place in the source learns by itself, for all its calls in all threads, by looking
 * at clocks now and then; any thread may call it at any time. Where one task at a time is best, it
 * runs them like coro_run. It is a choice at compile time, and no number. Takes the stack of 64
 * tasks. docs/group-size.md has more. The way of comparing is that of successive halving (Karnin,
 * Koren and Somekh, ICML 2013). */
#define CORO_GROUP_AUTO ((struct coro__auto){0})
struct coro__auto {
    char none;
};
enum { CORO__MAX_AUTO = 64 };

#define CORO__IS_AUTO(group)                                                                       \
    __builtin_types_compatible_p(__typeof__(group), __typeof__(CORO_GROUP_AUTO))
#define CORO__MOST(group)                                                                          \
    _Generic((group), struct coro__auto: (size_t)CORO__MAX_AUTO, default: (group))

/* The contest of group sizes at a call site: runtime/tuner.c. Zero: none. */
enum { CORO__SIZES = 11, CORO__SAMPLES = 9 };
struct coro__tuner {
    float cost[CORO__SIZES][CORO__SAMPLES]; /* by size and round */
    uint16_t left;                          /* a bit for each size that is not beaten */
    uint8_t round, at, best;                /* the latter two: sizes */
};

/* What a call site knows. A static one begins as zero. The first six are atomic, and relaxed; as is
 * `taken`, but not relaxed; the others belong to the call that has taken it. */
struct coro__site {
    uint64_t spent;   /* ns in all its calls, of all threads, about */
    uint64_t due;     /* how much that is to be before the next contest */
    uint32_t size;    /* of groups; 0: nothing known yet */
    uint32_t pace;    /* tasks that end in a slice of time, about; 0: not known yet */
    uint32_t cost;    /* ps of a resumption in the last contest, for the size that won */
    uint32_t strange; /* time for which resumptions have cost something else */
    bool taken;
    uint8_t contests;    /* held; saturates */
    uint8_t upheld;      /* of these, the last ones of the same outcome; saturates */
    bool is_alarmed;     /* the next contest is due as resumptions have cost something else */
    uint8_t alarms;      /* of these contests, the last ones that changed nothing; saturates */
    uint64_t began;      /* the contest, when so much had been spent */
    uint64_t time, work; /* of the present slice so far */
    struct coro__tuner tuner;
};

/* A call of coro_interleave that finds its group size. In memory, out of the way of its loops. */
struct coro__group {
    size_t limit;     /* slots that may be in use now, in bytes */
    size_t in_use;    /* slots, in bytes */
    size_t visited;   /* slots, in bytes */
    size_t displaced; /* frames that lie in slots behind those in use */
    size_t bound;     /* tasks that may have been started by now: all, or 0 to use less slots */
    struct coro__site *site;
    size_t total, slot_size;
    uint64_t mark; /* the time of the last tick */
    size_t mark_visited;
    size_t given;       /* ends of tasks from then on until coro__group_tick() is due */
    uint64_t mark_busy; /* the same, of the thread's time on a processor; 0: not looked at */
    bool looks, owns, measures, has_ticked;
};

CORO__RARE void coro__group_begin(struct coro__group *g, struct coro__site *site, size_t total,
                                  size_t slot_size);
CORO__RARE void coro__group_tick(struct coro__group *g);
__attribute__((nothrow)) void coro__group_end(struct coro__group *g);

struct coro__finding {
    struct coro__group *group;
    void (*end)(struct coro__group *group); /* NULL, and not in the program, for fixed groups */
};

/* Runs where coro_interleave is left in any way. */
static inline void coro__finding_end(struct coro__finding *f)
{
    if (f->end)
        f->end(f->group);
}

/* A displaced frame may be in the slot that would come next. */
static inline bool coro__group_may_grow(const struct coro__group *g)
{
    return g->in_use < g->limit && g->displaced == 0;
}

static inline void coro__group_shrink(struct coro__group *g, size_t slot_size)
{
    g->in_use -= slot_size;
    if (g->in_use <= g->limit)
        g->bound = g->total;
}

static inline bool coro__group_is_in_place(const struct coro__group *g, size_t slot_size)
{
    return g->displaced == 0 && g->in_use > slot_size;
}

/* Where a task has ended whose frame may have been displaced: whether all are in place now. */
static inline bool coro__group_take_out(struct coro__group *g, size_t slot_size, bool was_at_home)
{
    g->displaced -= !was_at_home;
    return coro__group_is_in_place(g, slot_size);
}

struct coro__slot {
    void *frame; /* NULL: nothing in flight here */
    size_t index;
} __attribute__((aligned(16))); /* the frame itself may lie behind it */
struct coro__slots {
    struct coro__slot *first, *end; /* of those in use */
    size_t size;                    /* bytes of one, with its frame */
};

/* That slot, counted from there. */
static inline struct coro__slot *coro__slot_at(const struct coro__slot *from, ptrdiff_t offset)
{
    return (struct coro__slot *)((char *)from + offset);
}

/* Runs where coro_interleave is left early, by a return or goto out of its sink. */
static inline void coro__slots_cancel(struct coro__slots *slots)
{
    for (struct coro__slot *slot = slots->first; slot != slots->end;
         slot = coro__slot_at(slot, slots->size))
        if (slot->frame)
            coro__destroy_root(slot->frame);
}

/* No frames in the slots where each is to be watched, or is asked of the allocator. */
#if defined(CORO_NO_POOL) || __has_feature(address_sanitizer)
#define CORO__FRAME_BYTES(here) ((size_t)0)
#define CORO__PLACE(task, place, here) (task)
#else
#define CORO__FRAME_BYTES(here) coroinline_frame_bytes(here)
#define CORO__PLACE(task, place, here) coroinline_place(task, place, here)
#endif

/* Whether a slot's task has its frame there. It has not where it was moved up from a slot behind
 * those in use, to use less of them; its own slot's room for a frame is free then. */
#define CORO__IS_AT_HOME(slot) ((slot)->frame == (void *)((slot) + 1))

#define CORO__TAKE_OUT(slot)                                                                       \
    do {                                                                                           \
        if (coro__auto && coro__frame_bytes)                                                       \
            coro__in_place =                                                                       \
                coro__group_take_out(&coro__found, coro__size, CORO__IS_AT_HOME(slot));            \
    } while (0)

/* By the library, of which the memory sanitizer sees nothing. */
#if __has_feature(memory_sanitizer)
#define CORO__FILLED = {0}
#else
#define CORO__FILLED
#endif

/* Behind the last slot comes the first. What LLVM can't see through is in memory here, and not read
 * ahead of the loop, which is entered for each task. */
#define CORO__WRAP                                                                                 \
    do {                                                                                           \
        if (coro__auto) {                                                                          \
            __asm__("" : "+m"(coro__found));                                                       \
            coro__found.visited += coro__found.in_use;                                             \
        }                                                                                          \
        coro__slot = coro__slot_array;                                                             \
    } while (0)
#define CORO__TO_NEXT_SLOT                                                                         \
    do {                                                                                           \
        coro__slot = coro__slot_at(coro__slot, coro__size);                                        \
        if (__builtin_expect(coro__slot == coro__slots.end, 0))                                    \
            CORO__WRAP;                                                                            \
    } while (0)

/* Runs n tasks, at most `group` of them in flight, each resumed in turn; the slot of one that ends
 * is refilled at once. `group` is a number or CORO_GROUP_AUTO. `i` names the number of a task
 * (size_t, 0 to n - 1): `start` is an expression that makes task i. `v` names its result: `sink` is
 * a statement that takes v and i; the ends come in any order. A task of no result gives no v.
 * Leaving the sink by break, return or goto cancels what is in flight. A start that yields NULL is
 * an error. Takes 16 bytes of stack for each task in flight, or up to 256 if the compiler can put
 * the frames there: then none is allocated.
 * The interleaving is that of Psaropoulos et al., PVLDB 11(2), 2017; refilling at once is that of
 * AMAC (Kocberber et al., PVLDB 9(4), 2015). */
#define coro_interleave(group, n, i, start, v, ...)                                                \
    do {                                                                                           \
        enum { coro__auto = CORO__IS_AUTO(group) };                                                \
        size_t coro__total = (n), coro__next = 0, coro__group = CORO__MOST(group);                 \
        coro__group = coro__group > CORO_MAX_GROUP ? CORO_MAX_GROUP : coro__group;                 \
        coro__group = coro__group > coro__total ? coro__total : coro__group;                       \
        coro__group = coro__group == 0 ? 1 : coro__group;                                          \
        char coro__here __attribute__((unused));                                                   \
        const size_t coro__frame_bytes = CORO__FRAME_BYTES(&coro__here);                           \
        const size_t coro__size = sizeof(struct coro__slot) + coro__frame_bytes;                   \
        const size_t coro__room = coro__group * (coro__size / sizeof(struct coro__slot));          \
        struct coro__slot coro__slot_array[coro__room], *coro__slot = coro__slot_array;            \
        static struct coro__site coro__site __attribute__((unused));                               \
        struct coro__group coro__found CORO__FILLED; /* how many */                                \
        if (coro__auto)                                                                            \
            coro__group_begin(&coro__found, &coro__site, coro__total, coro__size);                 \
        __attribute__((cleanup(coro__finding_end), unused)) struct coro__finding coro__finding = { \
            &coro__found, coro__auto ? coro__group_end : NULL};                                    \
        __attribute__((cleanup(coro__slots_cancel))) struct coro__slots coro__slots = {            \
            coro__slot, coro__slot_at(coro__slot, coro__total ? coro__size : 0), coro__size};      \
        size_t coro__until_tick __attribute__((unused)) = coro__auto ? coro__found.given : 0;      \
        bool coro__fill = true;  /* the slot, before anything else */                              \
        bool coro__grows = true; /* each slot so far is being filled for the first time */         \
        /* Each frame is in its own slot; not where one slot alone is in use and others may be. */ \
        bool coro__in_place = coro__frame_bytes != 0 && !coro__auto;                               \
        while (coro__slot != coro__slots.end) {                                                    \
            bool coro__has_ended = false;                                                          \
            size_t i;                                                                              \
            __typeof__(start) coro__kind = {NULL}; /* its type */                                  \
            CORO__RESULT_TYPE(coro__kind) coro__value;                                             \
            if (coro__fill) {                                                                      \
                void *coro__place = coro__slot + 1;                                                \
                i = coro__slot->index = coro__next++;                                              \
                coro__slot->frame = NULL;                                                          \
                void *coro__made = coroinline_root((start).coro__frame);                           \
                coro__made = CORO__PLACE(coro__made, coro__place, &coro__here);                    \
                if (__builtin_expect(!coro__made, 0))                                              \
                    coro__fail("coro_interleave", CORO__NULL_TASK, __FILE__, __LINE__);            \
                (void)i, (void)coro__place;                                                        \
                coro__has_ended = coro__step(coro__made);                                          \
                if (coro__has_ended) /* before LLVM can take the next store for one to the task */ \
                    CORO__LOAD_RESULT_AT(coro__kind, coro__made, coro__value);                     \
                coro__slot->frame = coro__made; /* only tasks that have been resumed */            \
            }                                                                                      \
            if (coro__fill && !coro__has_ended) {                                                  \
                coro__slot = coro__slot_at(coro__slot, coro__size);                                \
                coro__fill = (coro__auto ? __builtin_expect(coro__slot == coro__slots.end, 0)      \
                                         : coro__grows) &&                                         \
                             coro__next < coro__total &&                                           \
                             (coro__auto ? coro__group_may_grow(&coro__found)                      \
                                         : coro__slot != coro__slot_array + coro__room);           \
                coro__grows = coro__fill;                                                          \
                if (coro__fill) {                                                                  \
                    coro__slots.end = coro__slot_at(coro__slots.end, coro__size);                  \
                    if (coro__auto) {                                                              \
                        coro__found.in_use += coro__size;                                          \
                        coro__in_place = coro__frame_bytes != 0;                                   \
                    }                                                                              \
                    continue;                                                                      \
                }                                                                                  \
                if (coro__slot == coro__slots.end)                                                 \
                    CORO__WRAP;                                                                    \
            }                                                                                      \
            if (coro__has_ended) {                                                                 \
            } else if (coro__frame_bytes != 0 && coro__in_place) {                                 \
                while (__builtin_expect(!coro__step(coro__slot + 1), 1))                           \
                    CORO__TO_NEXT_SLOT;                                                            \
                CORO__LOAD_RESULT_AT(coro__kind, coro__slot + 1, coro__value);                     \
            } else if (coro__auto && coro__found.in_use == coro__size) {                           \
                void *coro__only = coro__slot->frame;                                              \
                size_t coro__visited = 0;                                                          \
                while (__builtin_expect(!coro__step(coro__only), 1))                               \
                    coro__visited += coro__size;                                                   \
                CORO__LOAD_RESULT_AT(coro__kind, coro__only, coro__value);                         \
                coro__found.visited += coro__visited;                                              \
                CORO__TAKE_OUT(coro__slot);                                                        \
            } else {                                                                               \
                void *coro__any = coro__slot->frame;                                               \
                while (__builtin_expect(!coro__step(coro__any), 1)) {                              \
                    CORO__TO_NEXT_SLOT;                                                            \
                    coro__any = coro__slot->frame;                                                 \
                }                                                                                  \
                CORO__LOAD_RESULT_AT(coro__kind, coro__any, coro__value);                          \
                CORO__TAKE_OUT(coro__slot);                                                        \
            }                                                                                      \
            i = coro__slot->index;                                                                 \
            void *coro__task = coro__slot->frame;                                                  \
            coro__slot->frame = NULL;                                                              \
            __builtin_coro_destroy(coro__task);                                                    \
            if (coro__auto && --coro__until_tick == 0) {                                           \
                coro__group_tick(&coro__found);                                                    \
                coro__until_tick = coro__found.given;                                              \
            }                                                                                      \
            coro__fill = coro__next < (coro__auto ? coro__found.bound : coro__total);              \
            if (!coro__fill) {                                                                     \
                coro__in_place = false;                                                            \
                coro__slots.end = coro__slot_at(coro__slots.end, -(ptrdiff_t)coro__size);          \
                if (coro__auto) {                                                                  \
                    coro__group_shrink(&coro__found, coro__size);                                  \
                    if (coro__slot != coro__slots.end)                                             \
                        coro__found.displaced += CORO__IS_AT_HOME(coro__slots.end);                \
                    coro__in_place = coro__frame_bytes != 0 &&                                     \
                                     coro__group_is_in_place(&coro__found, coro__size);            \
                }                                                                                  \
                *coro__slot = *coro__slots.end;                                                    \
                if (coro__slot == coro__slots.end)                                                 \
                    CORO__WRAP;                                                                    \
            }                                                                                      \
            CORO__RESULT_TYPE(coro__kind) v;                                                       \
            (void)(CORO__IS_VOID(coro__kind) ||                                                    \
                   __builtin_memcpy((void *)&v, &coro__value, sizeof(v)));                         \
            (void)i, (void)v, (void)coro__kind;                                                    \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
    } while (0)

/* ---- Memory ---------------------------------------------------------------------------------- */

/* Where frames come from. Process-wide; the free lists stand in front of it. Neither function may
 * throw or end the thread. */
struct coro_allocator {
    /* `size` bytes (a multiple of 64 for pooled frames) aligned to `align` (a power of two);
     * NULL: none left. Called by any thread. */
    void *(*allocate)(void *context, size_t size, size_t align);
    /* Takes back what allocate() gave, with the same size and align. Called by any thread. */
    void (*release)(void *context, void *memory, size_t size, size_t align);
    void *context; /* handed to both; the caller keeps it alive */
};

/* Makes *a (copied; NULL: the C library's) the source of frames. 0, or EBUSY as long as frames of
 * the present one are in use or cached by any thread (see coro_trim); EINVAL where a function is
 * NULL. Not to be called while another thread makes tasks. */
int coro_set_allocator(const struct coro_allocator *a);

/* Gives the frames that the calling thread caches back to the allocator; a thread's exit does so
 * too. */
void coro_trim(void);

#endif
