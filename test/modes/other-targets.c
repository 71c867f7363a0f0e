// Layered coroutines on targets for which there is no C library here: values of all sizes by value,
// cleanups, a cancelled task, recursion, doubles. All print the same, and all but two inline: i686 and
// s390x return a task, as any struct, through memory.
// REQUIRES: qemu-user
// DEFINE: %{arch} =
// DEFINE: %{flags} =
// DEFINE: %{prefix} = INLINED
// DEFINE: %{cc} = %target-cc %{flags} -isystem %S/Inputs/freestanding -ffreestanding -fno-builtin -fno-pic
// DEFINE: %{run} = LEVELS='-O0;-O2;-Oz' EMULATOR=qemu-%{arch} sh %S/../exec/everywhere.sh '%{cc} -static -nostdlib -fuse-ld=lld' %t %s %source/runtime/chain.c | FileCheck %s
// DEFINE: %{remarks} = %{cc} -O2 -Rpass=coro-inline -Rpass-missed=coro-inline -fno-caret-diagnostics -c %s -o %t/program.o 2>&1 | FileCheck %s --check-prefix=%{prefix}
//
// REDEFINE: %{arch} = x86_64
// REDEFINE: %{flags} = --target=x86_64-linux-gnu
// RUN: %{run}
// RUN: %{remarks}
//
// REDEFINE: %{arch} = i386
// REDEFINE: %{flags} = --target=i686-linux-gnu -freg-struct-return
// RUN: %{run}
// RUN: %{remarks}
//
// REDEFINE: %{arch} = aarch64
// REDEFINE: %{flags} = --target=aarch64-linux-gnu
// RUN: %{run}
// RUN: %{remarks}
//
// REDEFINE: %{arch} = arm
// REDEFINE: %{flags} = --target=arm-linux-gnueabihf -mcpu=cortex-a15
// RUN: %{run}
// RUN: %{remarks}
//
// REDEFINE: %{arch} = riscv64
// REDEFINE: %{flags} = --target=riscv64-linux-gnu
// RUN: %{run}
// RUN: %{remarks}
//
// REDEFINE: %{arch} = ppc64le
// REDEFINE: %{flags} = --target=powerpc64le-linux-gnu
// RUN: %{run}
// RUN: %{remarks}
//
// REDEFINE: %{arch} = i386
// REDEFINE: %{flags} = --target=i686-linux-gnu
// REDEFINE: %{prefix} = LINKED
// RUN: %{run}
// RUN: %{remarks}
//
// REDEFINE: %{arch} = s390x
// REDEFINE: %{flags} = --target=s390x-linux-gnu
// REDEFINE: %{prefix} = LINKED
// RUN: %{run}
// RUN: %{remarks}
//
// INLINED: 'hash' inlined into 'turn'
// INLINED-NEXT: 'turn' inlined into 'turn_twice'
// INLINED-NEXT: 'turn' inlined into 'turn_twice'
// INLINED-NEXT: 'echo' inlined into 'bytes'
// INLINED: 'depth' not inlined into 'depth': it is recursive
// INLINED-NEXT: 'depth' inlined into 'mean'
// LINKED-COUNT-6: an awaited task not inlined into '{{.*}}': its coroutine is not known here
// LINKED-NOT: {{' inlined into}}
//
// Compiled, and not run:
// REDEFINE: %{prefix} = INLINED
// REDEFINE: %{flags} = --target=wasm32-unknown-unknown
// RUN: %{remarks}
// REDEFINE: %{flags} = --target=loongarch64-linux-gnu
// RUN: %{remarks}
// REDEFINE: %{flags} = --target=riscv32-linux-gnu
// RUN: %{remarks}
// REDEFINE: %{flags} = --target=aarch64_be-linux-gnu
// RUN: %{remarks}
// REDEFINE: %{flags} = --target=x86_64-pc-windows-msvc
// RUN: %{remarks}
//
// REDEFINE: %{flags} = --target=mips64el-linux-gnuabi64
// RUN: not %{cc} -c %s -o %t/program.o 2>&1 | FileCheck %s --check-prefix=MIPS
// MIPS: error: "CoroInline: LLVM's MIPS backends have no tail calls, which awaits are made of"
#define CORO_NO_POOL
#include <coroinline/coro.h>

#include <start.h>

static _Alignas(64) char memory[1 << 18];
static size_t used, in_use;

void *coro__frame_from_allocator(size_t size, size_t align)
{
    used = (used + align - 1) & ~(align - 1);
    if (used + size > sizeof memory)
        return NULL;
    void *frame = &memory[used];
    used += size;
    in_use++;
    return frame;
}

void coro__frame_to_allocator(void *frame, size_t size, size_t align)
{
    (void)align;
    in_use--;
    memset(frame, 0xa5, size); /* whoever reads it yet shall see it */
}

typedef struct {
    uint32_t word[24];
} large;
typedef struct {
    void *self;
    short s;
} small;
typedef union {
    struct {
        char first;
    } view;
    unsigned char byte[48];
} either;
coro_declare(large);
coro_declare(small);

static int opened, closed;

static void close_scope(int *scope)
{
    closed += *scope;
}

static uint32_t mix(const uint32_t *p, int n)
{
    uint32_t h = 1;
    for (int i = 0; i < n; i++)
        h = h * 31 + p[i];
    return h;
}

static coro_task(uint32_t) hash(large x, uint64_t salt)
{
    coro_begin(uint32_t);
    __attribute__((cleanup(close_scope))) int scope = 1;
    opened++;
    coro_suspend();
    coro_return(mix(x.word, 24) ^ (uint32_t)(salt >> 20));
}

static coro_task(large) turn(large x, int by, double factor)
{
    coro_begin(large);
    for (int i = 0; i < by; i++) {
        coro_suspend();
        x.word[i] ^= coro_await(hash(x, (uint64_t)i << 40 | 12345));
        x.word[23] += (uint32_t)(factor * i);
    }
    coro_return(x);
}

static coro_task(large) turn_twice(large x)
{
    coro_begin(large);
    coro_return(coro_await(turn(coro_await(turn(x, 3, 1.5)), 4, 2.25)));
}

static coro_task(small) echo(small x)
{
    coro_begin(small);
    coro_suspend();
    coro_return(x);
}

static coro_task(unsigned) bytes(either e, small s)
{
    coro_begin(unsigned);
    small t = coro_await(echo(s));
    unsigned sum = (unsigned)e.view.first + (t.self == s.self) + (unsigned)t.s;
    for (int i = 0; i < 48; i++)
        sum += e.byte[i];
    coro_return(sum);
}

static coro_task(int) depth(int n)
{
    coro_begin(int);
    coro_suspend();
    coro_return(n ? 1 + coro_await(depth(n - 1)) : 0);
}

static coro_task(double) mean(double a, float b, uint64_t c)
{
    coro_begin(double);
    int d = coro_await(depth(5));
    coro_return((a + (double)b + (double)(uint32_t)c + d) / 4);
}

int main(void)
{
    large x;
    for (uint32_t i = 0; i < 24; i++)
        x.word[i] = i * i;
    coro_task(large) task = turn_twice(x);
    memset(&x, 0, sizeof x);
    // CHECK: turned 1017880974
    print_number("turned", mix(coro_run(task).word, 24));
    either e;
    for (int i = 0; i < 48; i++)
        e.byte[i] = (unsigned char)i;
    // CHECK-NEXT: bytes 1136
    print_number("bytes", coro_run(bytes(e, (small){&e, 7})));
    // CHECK-NEXT: mean 4125
    print_number("mean", (unsigned long)(coro_run(mean(1, 2.5f, 8)) * 1000));
    uint32_t sum = 0;
    coro_interleave(4, 10, i, hash((large){{(uint32_t)i}}, i), v, { sum += v; });
    // CHECK-NEXT: sum 1982406461
    print_number("sum", sum);
    coro_task(large) cancelled = turn((large){{1}}, 2, 1);
    coro_resume(cancelled);
    coro_resume(cancelled);
    coro_destroy(cancelled);
    // CHECK-NEXT: opened 18
    print_number("opened", (unsigned long)opened);
    // CHECK-NEXT: closed 18
    print_number("closed", (unsigned long)closed);
    // CHECK-NEXT: in use 0
    print_number("in use", in_use);
    return 0;
}
