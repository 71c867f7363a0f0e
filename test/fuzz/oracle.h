/* oracle.h: the interface of coro.h once more, made as simply as possible: every task has a stack of
 * its own, and a cancelled one is unwound like a cancelled thread. What a program prints with this is
 * what it has to print with the plugin.
 *
 * Shares nothing with coro.h or the plugin but the meaning. Speed and size do not matter here. */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CORO_NOINLINE __attribute__((noinline))
#define CORO_INLINE

struct oracle_task;
typedef void oracle_body(struct oracle_task *self, const void *arguments);
struct oracle_kind {
    oracle_body *body;
    size_t arguments_size, value_size;
    bool is_generator, has_result;
};

/* NULL where fuzz_frame_fails(). Copies the arguments. */
struct oracle_task *oracle_make(const struct oracle_kind *kind, const void *arguments);
/* The task, if it is in the state that is needed; otherwise ends the program as coro.h does. */
enum oracle_state { ORACLE_ANY, ORACLE_LIVE, ORACLE_ENDED };
struct oracle_task *oracle_check(const void *task, enum oracle_state need, const char *op,
                                 const char *file, unsigned line);
void oracle_store(struct oracle_task *self, const void *value); /* the result or the next value */
void oracle_load(const void *task, void *value);
void oracle_returns(struct oracle_task *self); /* said before a coroutine returns */
void oracle_step(struct oracle_task *task);    /* up to its next suspend or its end */
bool oracle_done(const struct oracle_task *task);
void oracle_destroy(struct oracle_task *task);
void oracle_drop(void *variable); /* destroys the generator in a variable, or nothing for NULL */
void oracle_suspend(struct oracle_task *self);
void oracle_await(struct oracle_task *self, struct oracle_task *task);
bool oracle_await_next(struct oracle_task *self, struct oracle_task *generator);
bool oracle_next(struct oracle_task *generator);
void oracle_yield(struct oracle_task *self, const void *value);

/* ---- Definitions (fuzz.h) -------------------------------------------------------------------- */

#define ORACLE_MEMBER(T, a) T a;
#define ORACLE_CAPTURE(T, a) .a = a,
#define ORACLE_PASS(T, a) , oracle_arguments->a

/* A function that captures its arguments, and one that runs on the task's stack. */
#define FUZZ_DEFINE(attributes, handle, is_a_generator, T, name, count, ...)                       \
    struct oracle_arguments_##name {                                                               \
        char oracle_none;                                                                          \
        FUZZ_EACH##count(ORACLE_MEMBER, __VA_ARGS__)                                               \
    };                                                                                             \
    static void oracle_body_##name(                                                                \
        struct oracle_task *oracle_self FUZZ_EACH##count(FUZZ_COMMA_PARAMETER, __VA_ARGS__));      \
    static void oracle_enter_##name(struct oracle_task *self, const void *memory)                  \
    {                                                                                              \
        const struct oracle_arguments_##name *oracle_arguments = memory;                           \
        (void)oracle_arguments;                                                                    \
        oracle_body_##name(self FUZZ_EACH##count(ORACLE_PASS, __VA_ARGS__));                       \
    }                                                                                              \
    attributes handle name(FUZZ_PARAMETERS(count, __VA_ARGS__))                                    \
    {                                                                                              \
        static const struct oracle_kind oracle_kind = {                                            \
            oracle_enter_##name, sizeof(struct oracle_arguments_##name), sizeof(T),                \
            is_a_generator, !is_a_generator && !__builtin_types_compatible_p(T, void)};            \
        struct oracle_arguments_##name oracle_arguments = {                                        \
            .oracle_none = 0, FUZZ_EACH##count(ORACLE_CAPTURE, __VA_ARGS__)};                      \
        return (handle){(void *)oracle_make(&oracle_kind, &oracle_arguments)};                     \
    }                                                                                              \
    static void oracle_body_##name(                                                                \
        struct oracle_task *oracle_self FUZZ_EACH##count(FUZZ_COMMA_PARAMETER, __VA_ARGS__))

/* ---- Task types ------------------------------------------------------------------------------ */

#define coro_task(T) struct coro_task_##T
#define coro_generator(T) struct coro_generator_##T
#define coro_declare(T)                                                                            \
    struct coro_task_##T {                                                                         \
        T *coro__frame;                                                                            \
    };                                                                                             \
    struct coro_generator_##T {                                                                    \
        T **coro__frame;                                                                           \
    }

struct coro_task_void {
    void *coro__frame;
};
typedef void *coro_ptr;
coro_declare(bool);
#define coro_task__Bool coro_task_bool
#define coro_generator__Bool coro_generator_bool
coro_declare(int);
coro_declare(unsigned);
coro_declare(size_t);
coro_declare(int32_t);
coro_declare(uint32_t);
coro_declare(int64_t);
coro_declare(uint64_t);
coro_declare(double);
coro_declare(coro_ptr);

#define ORACLE_IS_VOID(task) __builtin_types_compatible_p(__typeof__(*(task).coro__frame), void)
#define ORACLE_RESULT_TYPE(task)                                                                   \
    __typeof__(*__builtin_choose_expr(ORACLE_IS_VOID(task), (char *)0, (task).coro__frame))
#define ORACLE_LOAD_RESULT(task, variable)                                                         \
    ((void)(ORACLE_IS_VOID(task) || (oracle_load((task).coro__frame, (void *)&(variable)), 1)))
#define ORACLE_RESULT(task, variable) __builtin_choose_expr(ORACLE_IS_VOID(task), (void)0, variable)
#define ORACLE_VALUE_TYPE(generator) __typeof__(**(generator).coro__frame)
#define ORACLE_CHECK(task, need, op) oracle_check((task).coro__frame, need, op, __FILE__, __LINE__)

/* ---- In a coroutine -------------------------------------------------------------------------- */

#define coro_begin(T)                                                                              \
    typedef T oracle_result __attribute__((unused));                                               \
    (void)oracle_self
#define coro_begin_generator(T)                                                                    \
    typedef T oracle_value __attribute__((unused));                                                \
    (void)oracle_self

#define coro_return(...)                                                                           \
    do {                                                                                           \
        __VA_OPT__(const oracle_result oracle_returned = (__VA_ARGS__);                            \
                   oracle_store(oracle_self, (const void *)&oracle_returned);)                     \
        oracle_returns(oracle_self);                                                               \
        return;                                                                                    \
    } while (0)

#define coro_yield(...)                                                                            \
    __extension__({                                                                                \
        const oracle_value oracle_yielded = (__VA_ARGS__);                                         \
        oracle_yield(oracle_self, (const void *)&oracle_yielded);                                  \
    })

#define coro_suspend() oracle_suspend(oracle_self)
#define coro_prefetch(p) ((void)(p), oracle_suspend(oracle_self))
#define coro_prefetch_range(p, bytes) ((void)(p), (void)(bytes), oracle_suspend(oracle_self))

#define coro_await(...)                                                                            \
    __extension__({                                                                                \
        __auto_type oracle_awaited = (__VA_ARGS__);                                                \
        oracle_await(oracle_self, ORACLE_CHECK(oracle_awaited, ORACLE_ANY, "coro_await"));         \
        ORACLE_RESULT_TYPE(oracle_awaited) oracle_got;                                             \
        ORACLE_LOAD_RESULT(oracle_awaited, oracle_got);                                            \
        oracle_destroy((void *)oracle_awaited.coro__frame);                                        \
        ORACLE_RESULT(oracle_awaited, oracle_got);                                                 \
    })

#define ORACLE_NEXT(generator, v, op, ...)                                                         \
    __extension__({                                                                                \
        __auto_type oracle_of = (generator);                                                       \
        _Static_assert(                                                                            \
            __builtin_types_compatible_p(__typeof__(*(v)), ORACLE_VALUE_TYPE(oracle_of)),          \
            "the variable has not the type of the generator's values");                            \
        ORACLE_VALUE_TYPE(oracle_of) *oracle_to = (v);                                             \
        struct oracle_task *oracle_asked = ORACLE_CHECK(oracle_of, ORACLE_LIVE, op);               \
        bool oracle_more = __VA_ARGS__;                                                            \
        if (oracle_more)                                                                           \
            oracle_load(oracle_asked, (void *)oracle_to);                                          \
        oracle_more;                                                                               \
    })
#define coro_await_next(generator, v)                                                              \
    ORACLE_NEXT(generator, v, "coro_await_next", oracle_await_next(oracle_self, oracle_asked))
#define coro_next(generator, v) ORACLE_NEXT(generator, v, "coro_next", oracle_next(oracle_asked))

#define ORACLE_FOR(v, next, start)                                                                 \
    for (bool oracle_once = true; oracle_once;)                                                    \
        for (__typeof__(start) oracle_values __attribute__((cleanup(oracle_drop))) = start;        \
             oracle_once; oracle_once = false)                                                     \
            for (ORACLE_VALUE_TYPE(oracle_values) v; next(oracle_values, &v);)
#define coro_await_for(v, ...) ORACLE_FOR(v, coro_await_next, (__VA_ARGS__))
#define coro_for(v, ...) ORACLE_FOR(v, coro_next, (__VA_ARGS__))

/* ---- Driving tasks --------------------------------------------------------------------------- */

#define coro_failed(task) ((task).coro__frame == NULL)
#define coro_resume(task) oracle_step(ORACLE_CHECK(task, ORACLE_LIVE, "coro_resume"))
#define coro_done(task) oracle_done(ORACLE_CHECK(task, ORACLE_ANY, "coro_done"))
#define coro_destroy(task) oracle_destroy(ORACLE_CHECK(task, ORACLE_ANY, "coro_destroy"))

#define coro_result(task)                                                                          \
    __extension__({                                                                                \
        __auto_type oracle_ended = (task);                                                         \
        ORACLE_CHECK(oracle_ended, ORACLE_ENDED, "coro_result");                                   \
        ORACLE_RESULT_TYPE(oracle_ended) oracle_got;                                               \
        ORACLE_LOAD_RESULT(oracle_ended, oracle_got);                                              \
        ORACLE_RESULT(oracle_ended, oracle_got);                                                   \
    })

#define coro_run(...)                                                                              \
    __extension__({                                                                                \
        __auto_type oracle_run = (__VA_ARGS__);                                                    \
        struct oracle_task *oracle_runs = ORACLE_CHECK(oracle_run, ORACLE_ANY, "coro_run");        \
        while (!oracle_done(oracle_runs))                                                          \
            oracle_step(oracle_runs);                                                              \
        ORACLE_RESULT_TYPE(oracle_run) oracle_got;                                                 \
        ORACLE_LOAD_RESULT(oracle_run, oracle_got);                                                \
        oracle_destroy(oracle_runs);                                                               \
        ORACLE_RESULT(oracle_run, oracle_got);                                                     \
    })

/* The order does not matter to a program that leaves the size open. */
#define CORO_MAX_GROUP 4096
#define CORO_GROUP_AUTO ((size_t)16)

struct oracle_slot {
    struct oracle_task *task; /* NULL: none */
    size_t index;
};
struct oracle_slots {
    struct oracle_slot *slot;
    size_t count;
};
void oracle_cancel_slots(struct oracle_slots *slots);
size_t oracle_group(size_t group, size_t n);

/* Each slot is filled and stepped at once, as long as there are less than `group`; then they are
 * stepped in turn. One that has ended is replaced by the next task, or by that of the last slot, and
 * it is this one's turn. */
#define coro_interleave(group, n, i, start, v, ...)                                                \
    do {                                                                                           \
        size_t oracle_total = (n), oracle_size = oracle_group((group), oracle_total);              \
        struct oracle_slot oracle_array[oracle_size];                                              \
        __attribute__((cleanup(oracle_cancel_slots))) struct oracle_slots oracle_slots = {         \
            oracle_array, 0};                                                                      \
        size_t oracle_started = 0, oracle_at = 0;                                                  \
        bool oracle_fills = false;                                                                 \
        while (oracle_started < oracle_total || oracle_slots.count > 0) {                          \
            if (oracle_at == oracle_slots.count && !oracle_fills) {                                \
                if (oracle_slots.count < oracle_size && oracle_started < oracle_total) {           \
                    oracle_slots.count++;                                                          \
                    oracle_fills = true;                                                           \
                } else {                                                                           \
                    oracle_at = 0;                                                                 \
                }                                                                                  \
            }                                                                                      \
            struct oracle_slot *oracle_slot = &oracle_array[oracle_at];                            \
            if (oracle_fills) {                                                                    \
                size_t i = oracle_started++;                                                       \
                (void)i;                                                                           \
                *oracle_slot = (struct oracle_slot){NULL, i};                                      \
                __auto_type oracle_new = (start);                                                  \
                struct oracle_task *oracle_made =                                                  \
                    ORACLE_CHECK(oracle_new, ORACLE_ANY, "coro_interleave");                       \
                oracle_step(oracle_made);                                                          \
                oracle_slot->task = oracle_made;                                                   \
                oracle_fills = false;                                                              \
            } else {                                                                               \
                oracle_step(oracle_slot->task);                                                    \
            }                                                                                      \
            if (!oracle_done(oracle_slot->task)) {                                                 \
                oracle_at++;                                                                       \
                continue;                                                                          \
            }                                                                                      \
            size_t i = oracle_slot->index;                                                         \
            __typeof__(start) oracle_ended = {(void *)oracle_slot->task};                          \
            ORACLE_RESULT_TYPE(oracle_ended) v;                                                    \
            ORACLE_LOAD_RESULT(oracle_ended, v);                                                   \
            oracle_destroy(oracle_slot->task);                                                     \
            oracle_slot->task = NULL;                                                              \
            oracle_fills = oracle_started < oracle_total;                                          \
            if (!oracle_fills)                                                                     \
                *oracle_slot = oracle_array[--oracle_slots.count];                                 \
            (void)i, (void)v;                                                                      \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
    } while (0)

/* ---- Memory ---------------------------------------------------------------------------------- */

static inline void coro_trim(void)
{
}

#endif
