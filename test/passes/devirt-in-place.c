// The frames of a coro_interleave lie in its slots, if there is one coroutine whose frame is no larger
// than 240 bytes and no more aligned than a slot. Then nothing is allocated, nor freed.
// RUN: %c-to-ir %s -o %t.ll
// RUN: %opt -passes='default<O2>,verify' -S %t.ll | FileCheck %s
// RUN: %opt -passes='coro-prepare,coro-drop-places' -S %t.ll | FileCheck %s --check-prefix=DROPPED --implicit-check-not=coroinline_frame_bytes --implicit-check-not=coroinline_place
// RUN: %cc -O0 %s -S -emit-llvm -o - | FileCheck %s --check-prefix=DROPPED --implicit-check-not=coroinline_frame_bytes --implicit-check-not=coroinline_place
// DROPPED: define {{.*}} @small(
#include <coroinline/coro.h>

#define WITH(name, attributes, bytes)                                                              \
    static coro_task(int) of_##name(int x)                                                         \
    {                                                                                              \
        coro_begin(int);                                                                           \
        attributes char kept[bytes];                                                               \
        __asm__ volatile("" : : "r"(kept) : "memory");                                             \
        coro_suspend();                                                                            \
        __asm__ volatile("" : : "r"(kept) : "memory");                                             \
        coro_return(x);                                                                            \
    }                                                                                              \
    int name(size_t n)                                                                             \
    {                                                                                              \
        int sum = 0;                                                                               \
        coro_interleave(8, n, i, of_##name((int)i), v, { sum += v; });                             \
        return sum;                                                                                \
    }

// CHECK-LABEL: define {{.*}} @small(
// CHECK: alloca %struct.coro__slot
// CHECK-NOT: @coro__pool
// CHECK-NOT: coro__frame_
// CHECK: ret i32
WITH(small, , 100)

// CHECK-LABEL: define {{.*}} @large(
// CHECK: call {{.*}} @coro__frame_from_allocator(
// CHECK: ret i32
WITH(large, , 200)

// CHECK-LABEL: define {{.*}} @aligned(
// CHECK: call {{.*}} @coro__frame_from_allocator(
// CHECK: ret i32
WITH(aligned, _Alignas(32), 32)

// CHECK-LABEL: define {{.*}} @either(
// CHECK: call {{.*}} @coro__frame_from_allocator(
// CHECK: ret i32
int either(size_t n)
{
    int sum = 0;
    coro_interleave(8, n, i, i % 2 ? of_small((int)i) : of_aligned((int)i), v, { sum += v; });
    return sum;
}

// The task was made before: its frame is where it is.
// CHECK-LABEL: define {{.*}} @made_before(
// CHECK: call {{.*}} @coro__frame_from_allocator(
// CHECK: ret i32
int made_before(void)
{
    int sum = 0;
    coro_task(int) task = of_small(3);
    coro_interleave(8, 1, i, task, v, { sum += v; });
    return sum;
}
