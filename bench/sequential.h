/* sequential.h: instead of <coroinline/coro.h>, turns coroutines into the plain functions that they
 * would be if nothing were interleaved: the same source, without prefetch and suspend. */
#ifndef BENCH_SEQUENTIAL_H
#define BENCH_SEQUENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORO_INLINE
#define CORO_NOINLINE
#define coro_declare(T) struct coro_declared_##T
#define coro_task(T) T
#define coro_begin(T) ((void)0)
#define coro_return(...) return __VA_ARGS__
#define coro_await(...) (__VA_ARGS__)
#define coro_run(...) (__VA_ARGS__)
#define coro_suspend() ((void)0)
#define coro_prefetch(p) ((void)(p))
#define coro_prefetch_range(p, bytes) ((void)(p))
#define coro_interleave(group, n, i, start, v, ...)                                                \
    do {                                                                                           \
        (void)(group);                                                                             \
        for (size_t i = 0, coro__total = (n); i < coro__total; i++) {                              \
            __auto_type v = (start);                                                               \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
    } while (0)

#endif
