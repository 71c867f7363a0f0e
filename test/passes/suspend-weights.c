// What follows a suspend is as frequent as what goes before it: the way out is taken to come back. Behind many suspends, LLVM
// still inlines what it would ahead of them; behind a cancellation, less.
// RUN: %c-to-ir %s | %opt -passes='coro-prepare' -S -o - | FileCheck %s --check-prefix=IR
// RUN: %cc -O2 -c %s -o %t.o -Rpass=inline -Rpass-missed=inline 2>&1 | FileCheck %s
#include <coroinline/coro.h>

unsigned long hash(unsigned long x, const unsigned long *salt)
{
    x = (x ^ x >> 31 ^ salt[0]) * 0x9e3779b97f4a7c15 + (x << 7 | x >> 57);
    x = (x ^ x >> 29 ^ salt[1]) * 0xbf58476d1ce4e5b9 + (x << 9 | x >> 55);
    x = (x ^ x >> 27 ^ salt[2]) * 0x94d049bb133111eb + (x << 5 | x >> 59);
    return x ^ x >> 33;
}

// IR: define {{.*}} @many(
// IR: ], !prof [[WEIGHTS:![0-9]+]]
// IR-COUNT-6: ], !prof [[WEIGHTS]]
// IR-NOT: !prof [[WEIGHTS]]
// IR: [[WEIGHTS]] = !{!"branch_weights", i32 1, i32 [[#]], i32 1}
// CHECK-NOT: 'hash' not inlined
coro_task(size_t) many(unsigned long *p, const unsigned long *salt)
{
    coro_begin(size_t);
    // CHECK: [[@LINE+1]]:12: remark: 'hash' inlined into 'many' with
    p[0] = hash(p[0], salt);
    coro_suspend();
    p[1] += p[0];
    coro_suspend();
    p[2] += p[1];
    coro_suspend();
    p[3] += p[2];
    coro_suspend();
    p[4] += p[3];
    coro_suspend();
    p[5] += p[4];
    coro_suspend();
    // CHECK: [[@LINE+1]]:12: remark: 'hash' inlined into 'many' with
    p[6] = hash(p[6], salt);
    // CHECK-NOT: 'hash' not inlined
    coro_return(p[6]);
}
