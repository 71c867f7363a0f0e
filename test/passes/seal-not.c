// Coroutines are not sealed without LTO, at -O0, or with a sanitizer, which must know a coroutine when it instruments one;
// nor twice, when bitcode is compiled like any other input.
// RUN: %c-to-lto-ir %s | %opt -passes='coro-prepare,coro-seal' -S | grep coroinline-sealed >%t.once
// RUN: %c-to-ir %s | %opt -passes='coro-prepare,coro-seal' -S | not grep coroinline-sealed
// RUN: %cc -O0 -flto %s -S -emit-llvm -o - | not grep coroinline-sealed
// RUN: %cc -O0 -Xclang -disable-O0-optnone -flto %s -S -emit-llvm -o - | not grep coroinline-sealed
// RUN: %c-to-lto-ir -fsanitize=address %s | %opt -passes='coro-prepare,coro-seal' -S | not grep coroinline-sealed
// RUN: %c-to-lto-ir -fsanitize=memory %s | %opt -passes='coro-prepare,coro-seal' -S | not grep coroinline-sealed
// RUN: %c-to-lto-ir -fsanitize=thread %s | %opt -passes='coro-prepare,coro-seal' -S | not grep coroinline-sealed

// RUN: %cc -O2 -flto %s -c -o %t.full.bc && llvm-nm %t.full.bc | grep CoroInline >%t.symbols
// RUN: %cc -O2 -x ir %t.full.bc -c -o %t.o && llvm-nm %t.o | FileCheck %s
// RUN: %cc -O2 -x ir %t.full.bc -c -o %t.o -mllvm -print-pipeline-passes | FileCheck %s --check-prefix=FIRST
// RUN: %cc -O0 -x ir %t.full.bc -c -o %t.o && llvm-nm %t.o | FileCheck %s
// RUN: %cc -O2 -flto=thin %s -c -o %t.thin.bc && llvm-nm %t.thin.bc | grep CoroInline >%t.symbols
// RUN: %cc -O2 -x ir %t.thin.bc -c -o %t.o && llvm-nm %t.o | FileCheck %s
// RUN: %opt -passes='default<O2>' %t.thin.bc -S | FileCheck %s --check-prefix=IR
#include <coroinline/coro.h>

// CHECK-NOT: CoroInline
// CHECK: coroutine.resume
// The optimizer must not see it sealed.
// FIRST: {{^[^(]*}}coro-unseal,coro-prepare,coro-inline{{[^,]*}},coro-devirt,coro-seal,
// IR-NOT: CoroInline
// IR: define {{.*}} @coroutine.resume(
coro_task(int) coroutine(void)
{
    coro_begin(int);
    coro_suspend();
    coro_return(1);
}
