/* fuzz.h: the language of the programs that generate.c writes. They include nothing else.
 *
 *     DECLARE_COROUTINE2(static, int, add, int, a, int, b);
 *     COROUTINE2(static CORO_NOINLINE, int, add, int, a, int, b)
 *     {
 *         coro_begin(int);
 *         coro_suspend();
 *         fuzz_note(1, a);
 *         coro_return(a + b);
 *     }
 *
 * With the plugin, that is a coroutine of coro.h. With -DFUZZ_ORACLE it is a function on a stack of
 * its own (oracle.h), which needs -fexceptions and no plugin. Either prints the same lines.
 *
 * A program in several files is one file that is compiled once with -DFUZZ_PART=k for each k from 0;
 * without FUZZ_PART all is compiled at once. */
#ifndef FUZZ_H
#define FUZZ_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support.h"

/* ---- Coroutines ------------------------------------------------------------------------------ */

#ifdef FUZZ_ORACLE
#include "oracle.h"
#else
#include <coroinline/coro.h>
#define FUZZ_DEFINE(attributes, handle, is_generator, T, name, count, ...)                         \
    attributes handle name(FUZZ_PARAMETERS(count, __VA_ARGS__))
#endif

/* each(T, a) for every parameter */
#define FUZZ_EACH0(each, ...)
#define FUZZ_EACH1(each, T, a) each(T, a)
#define FUZZ_EACH2(each, T, a, ...) each(T, a) FUZZ_EACH1(each, __VA_ARGS__)
#define FUZZ_EACH3(each, T, a, ...) each(T, a) FUZZ_EACH2(each, __VA_ARGS__)
#define FUZZ_EACH4(each, T, a, ...) each(T, a) FUZZ_EACH3(each, __VA_ARGS__)
#define FUZZ_EACH5(each, T, a, ...) each(T, a) FUZZ_EACH4(each, __VA_ARGS__)
#define FUZZ_EACH6(each, T, a, ...) each(T, a) FUZZ_EACH5(each, __VA_ARGS__)
#define FUZZ_EACH7(each, T, a, ...) each(T, a) FUZZ_EACH6(each, __VA_ARGS__)
#define FUZZ_EACH8(each, T, a, ...) each(T, a) FUZZ_EACH7(each, __VA_ARGS__)

#define FUZZ_COMMA_PARAMETER(T, a) , T a
#define FUZZ_PARAMETERS0(...) void
#define FUZZ_PARAMETERS1(T, a) T a
#define FUZZ_PARAMETERS2(T, a, ...) T a FUZZ_EACH1(FUZZ_COMMA_PARAMETER, __VA_ARGS__)
#define FUZZ_PARAMETERS3(T, a, ...) T a FUZZ_EACH2(FUZZ_COMMA_PARAMETER, __VA_ARGS__)
#define FUZZ_PARAMETERS4(T, a, ...) T a FUZZ_EACH3(FUZZ_COMMA_PARAMETER, __VA_ARGS__)
#define FUZZ_PARAMETERS5(T, a, ...) T a FUZZ_EACH4(FUZZ_COMMA_PARAMETER, __VA_ARGS__)
#define FUZZ_PARAMETERS6(T, a, ...) T a FUZZ_EACH5(FUZZ_COMMA_PARAMETER, __VA_ARGS__)
#define FUZZ_PARAMETERS7(T, a, ...) T a FUZZ_EACH6(FUZZ_COMMA_PARAMETER, __VA_ARGS__)
#define FUZZ_PARAMETERS8(T, a, ...) T a FUZZ_EACH7(FUZZ_COMMA_PARAMETER, __VA_ARGS__)
#define FUZZ_PARAMETERS(count, ...) FUZZ_PARAMETERS##count(__VA_ARGS__)

#define FUZZ_TASK(attributes, T, name, count, ...)                                                 \
    FUZZ_DEFINE(attributes, coro_task(T), false, T, name, count, __VA_ARGS__)
#define FUZZ_GENERATOR(attributes, T, name, count, ...)                                            \
    FUZZ_DEFINE(attributes, coro_generator(T), true, T, name, count, __VA_ARGS__)
#define FUZZ_DECLARE(attributes, handle, name, count, ...)                                         \
    attributes handle name(FUZZ_PARAMETERS(count, __VA_ARGS__))

#define COROUTINE0(attributes, T, name) FUZZ_TASK(attributes, T, name, 0, )
#define COROUTINE1(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 1, __VA_ARGS__)
#define COROUTINE2(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 2, __VA_ARGS__)
#define COROUTINE3(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 3, __VA_ARGS__)
#define COROUTINE4(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 4, __VA_ARGS__)
#define COROUTINE5(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 5, __VA_ARGS__)
#define COROUTINE6(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 6, __VA_ARGS__)
#define COROUTINE7(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 7, __VA_ARGS__)
#define COROUTINE8(attributes, T, name, ...) FUZZ_TASK(attributes, T, name, 8, __VA_ARGS__)

#define GENERATOR0(attributes, T, name) FUZZ_GENERATOR(attributes, T, name, 0, )
#define GENERATOR1(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 1, __VA_ARGS__)
#define GENERATOR2(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 2, __VA_ARGS__)
#define GENERATOR3(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 3, __VA_ARGS__)
#define GENERATOR4(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 4, __VA_ARGS__)
#define GENERATOR5(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 5, __VA_ARGS__)
#define GENERATOR6(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 6, __VA_ARGS__)
#define GENERATOR7(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 7, __VA_ARGS__)
#define GENERATOR8(attributes, T, name, ...) FUZZ_GENERATOR(attributes, T, name, 8, __VA_ARGS__)

#define FUZZ_DECLARE_TASK(attributes, T, name, count, ...)                                         \
    FUZZ_DECLARE(attributes, coro_task(T), name, count, __VA_ARGS__)
#define FUZZ_DECLARE_GENERATOR(attributes, T, name, count, ...)                                    \
    FUZZ_DECLARE(attributes, coro_generator(T), name, count, __VA_ARGS__)

#define DECLARE_COROUTINE0(attributes, T, name) FUZZ_DECLARE_TASK(attributes, T, name, 0, )
#define DECLARE_COROUTINE1(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 1, __VA_ARGS__)
#define DECLARE_COROUTINE2(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 2, __VA_ARGS__)
#define DECLARE_COROUTINE3(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 3, __VA_ARGS__)
#define DECLARE_COROUTINE4(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 4, __VA_ARGS__)
#define DECLARE_COROUTINE5(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 5, __VA_ARGS__)
#define DECLARE_COROUTINE6(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 6, __VA_ARGS__)
#define DECLARE_COROUTINE7(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 7, __VA_ARGS__)
#define DECLARE_COROUTINE8(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_TASK(attributes, T, name, 8, __VA_ARGS__)

#define DECLARE_GENERATOR0(attributes, T, name) FUZZ_DECLARE_GENERATOR(attributes, T, name, 0, )
#define DECLARE_GENERATOR1(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 1, __VA_ARGS__)
#define DECLARE_GENERATOR2(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 2, __VA_ARGS__)
#define DECLARE_GENERATOR3(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 3, __VA_ARGS__)
#define DECLARE_GENERATOR4(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 4, __VA_ARGS__)
#define DECLARE_GENERATOR5(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 5, __VA_ARGS__)
#define DECLARE_GENERATOR6(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 6, __VA_ARGS__)
#define DECLARE_GENERATOR7(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 7, __VA_ARGS__)
#define DECLARE_GENERATOR8(attributes, T, name, ...)                                               \
    FUZZ_DECLARE_GENERATOR(attributes, T, name, 8, __VA_ARGS__)

/* ---- What the programs compute with ----------------------------------------------------------- */

#ifdef __has_feature
#if __has_feature(memory_sanitizer)
/* LLVM indexes a vector ahead of a loop in which the index has no value yet, and lets that be: the
 * sanitizer looks at the index. What is volatile stays in its place. */
#define FZ_INDEX(k)                                                                                \
    __extension__({                                                                                \
        volatile uint64_t fz_k = (k);                                                              \
        fz_k;                                                                                      \
    })
#endif
#endif
#ifndef FZ_INDEX
#define FZ_INDEX(k) (k)
#endif

#endif
