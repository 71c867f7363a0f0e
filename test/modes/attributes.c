// What the attributes of an awaited coroutine and of its awaiter do to the await.
// RUN: %everywhere %s | FileCheck %s
// RUN: %cc -O2 -Rpass=coro-inline -Rpass-missed=coro-inline -fno-caret-diagnostics -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=REMARK,PLAIN
// RUN: %cc -O2 -fsanitize=address -Rpass=coro-inline -Rpass-missed=coro-inline -fno-caret-diagnostics -c %s -o %t.o 2>&1 | FileCheck %s --check-prefixes=REMARK,ASAN
#include <coroinline/coro.h>
#include <stdio.h>

// A coroutine `name` with attributes, and one that awaits it, with others.
#define PAIR(name, linkage, attributes, awaiters)                                                  \
    linkage __attribute__(attributes) coro_task(int) name(int n)                                   \
    {                                                                                              \
        coro_begin(int);                                                                           \
        for (int i = 0; i < 3; i++) {                                                              \
            coro_suspend();                                                                        \
            n += i;                                                                                \
        }                                                                                          \
        coro_return(n);                                                                            \
    }                                                                                              \
    __attribute__(awaiters) coro_task(int) in_##name(int n)                                        \
    {                                                                                              \
        coro_begin(int);                                                                           \
        int r = coro_await(name(n));                                                               \
        coro_return(r + coro_await(name(r)));                                                      \
    }

// REMARK: 'plain' not inlined into 'in_plain': the awaiter has the attribute optnone, as all have at -O0
PAIR(plain, static, (), (optnone, noinline))
// REMARK: 'unoptimized' not inlined into 'in_unoptimized': it has the attribute noinline
PAIR(unoptimized, static, (optnone, noinline), ())
// REMARK: 'minimal' inlined into 'in_minimal'
PAIR(minimal, static, (minsize), (minsize))
// REMARK: 'in_section' inlined into 'in_in_section'
PAIR(in_section, static, (section(".coro")), ())
// REMARK: 'hot' inlined into 'in_hot'
PAIR(hot, static, (hot), ())
// REMARK: 'cold' not inlined into 'in_cold': it has the attribute cold
PAIR(cold, static, (cold), (hot))
// REMARK: 'flat' inlined into 'in_flat'
PAIR(flat, static, (flatten), (flatten))
// REMARK: 'always' inlined into 'in_always'
PAIR(always, static inline, (always_inline), ())
// REMARK: 'unchecked' {{(not )?}}inlined into 'in_unchecked'
// PLAIN-NOT: not inlined
// ASAN-SAME: its attributes (target features, sanitizers) are not the awaiter's
PAIR(unchecked, static, (no_sanitize("address")), ())
// REMARK: 'wide' not inlined into 'in_wide': its attributes (target features, sanitizers) are not the awaiter's
PAIR(wide, static, (target("avx2")), ())
// REMARK: 'narrow' inlined into 'in_narrow'
PAIR(narrow, static, (), (target("sse4.2")))
// REMARK: 'weak' not inlined into 'in_weak': the linker may choose another definition of it
PAIR(weak, , (weak), ())
// REMARK: 'hidden' inlined into 'in_hidden'
PAIR(hidden, , (visibility("hidden")), (visibility("protected")))
// REMARK: 'uninstrumented' not inlined into 'in_uninstrumented': its attributes
PAIR(uninstrumented, static, (no_instrument_function, no_profile_instrument_function), ())
// REMARK: 'protected' inlined into 'in_protected'
PAIR(protected, static, (stack_protect), (no_stack_protector))

#define RUN(name) printf(#name " %d\n", coro_run(in_##name(1)))

int main(void)
{
    // CHECK: plain 11
    RUN(plain);
    // CHECK-NEXT: unoptimized 11
    RUN(unoptimized);
    // CHECK-NEXT: minimal 11
    RUN(minimal);
    // CHECK-NEXT: in_section 11
    RUN(in_section);
    // CHECK-NEXT: hot 11
    RUN(hot);
    // CHECK-NEXT: cold 11
    RUN(cold);
    // CHECK-NEXT: flat 11
    RUN(flat);
    // CHECK-NEXT: always 11
    RUN(always);
    // CHECK-NEXT: unchecked 11
    RUN(unchecked);
    // CHECK-NEXT: weak 11
    RUN(weak);
    // CHECK-NEXT: hidden 11
    RUN(hidden);
    // CHECK-NEXT: uninstrumented 11
    RUN(uninstrumented);
    // CHECK-NEXT: protected 11
    RUN(protected);
    if (__builtin_cpu_supports("avx2"))
        if (coro_run(in_wide(1)) != 11 || coro_run(in_narrow(1)) != 11)
            return 1;
    return 0;
}
