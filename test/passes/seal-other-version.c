// What another version of the plugin sealed is an error that names function, file and both versions. So is what somebody
// has optimized who took a token for a pointer.
// RUN: %c-to-lto-ir %s | %opt -passes='coro-prepare,coro-seal,coro-ship' -S -o %t.ll
// RUN: sed 's/="2;%llvm-major;/="2;18;/' %t.ll | not %opt -passes=coro-unseal -o /dev/null 2>&1 | FileCheck %s -DHERE=%llvm-major -DTHERE=18 -DFORMAT=2
// RUN: sed 's/="2;%llvm-major;/="1;%llvm-major;/' %t.ll | not %opt -passes=coro-unseal -o /dev/null 2>&1 | FileCheck %s -DHERE=%llvm-major -DTHERE=%llvm-major -DFORMAT=1
// RUN: sed 's/="2;%llvm-major;/="1;%llvm-major;/' %t.ll | not %opt -passes='lto<O2>' -o /dev/null 2>&1 | FileCheck %s -DHERE=%llvm-major -DTHERE=%llvm-major -DFORMAT=1
// RUN: sed 's/^  \(%[^ ]*\) = call ptr @"CoroInline.*/&\n  %%null = icmp eq ptr \1, null/' %t.ll | not %opt -passes='lto<O2>' -o /dev/null 2>&1 | FileCheck %s --check-prefix=OPTIMIZED
#include <coroinline/coro.h>

// CHECK: error: CoroInline: 'coroutine' in {{.*}}seal-other-version.c was compiled with the plugin for LLVM [[THERE]] (format [[FORMAT]]), and the one that links it is for LLVM [[HERE]] (format 2): compile it again
// CHECK-NOT: error
// OPTIMIZED: error: CoroInline: 'coroutine' in {{.*}}seal-other-version.c was optimized on its way to the link: compile it again
coro_task(int) coroutine(void)
{
    coro_begin(int);
    coro_return(1);
}

int drive(void)
{
    return coro_run(coroutine());
}
