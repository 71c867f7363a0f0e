// An index into a table of functions that is a multiple of something, and one that is not, as is seen once
// LLVM knows that the product does not overflow.
// RUN: %c-to-ir %s | %opt -passes="coro-prepare,function(mem2reg,instcombine),coro-inline" -pass-remarks=coro-inline -disable-output 2>&1 | FileCheck %s --implicit-check-not="inlined into"
#include <coroinline/coro.h>

typedef coro_task(int) step(int);
#define STEP(name)                                                                                 \
    static coro_task(int) name(int n)                                                              \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n);                                                                            \
    }
STEP(a)
STEP(b)
static step *const fours[] = {a, b, b, b, a, b, b, b, a};
static step *const sixes[] = {a, b, b, b, b, b, a, b, b, b, b, b, a};
#define AT(name, table, index)                                                                            \
    coro_task(int) name(unsigned i, unsigned j)                                                    \
    {                                                                                              \
        coro_begin(int);                                                                           \
        int result = coro_await(table[index](i));                                                  \
        coro_return(result);                                                                       \
    }

// CHECK: 'a' inlined into 'multiple'
AT(multiple, sixes, i % 3 * 6)
// CHECK: 'a' inlined into 'multiple_behind'
AT(multiple_behind, sixes, 6 + i % 2 * 6)
// CHECK: 'a' inlined into 'shifted'
AT(shifted, fours, i % 3 << 2)
// CHECK: 'b' inlined into 'product'
// CHECK: 'a' inlined into 'product'
AT(product, sixes, i % 3 * (j % 4))
// CHECK: 'b' inlined into 'may_overflow'
// CHECK: 'a' inlined into 'may_overflow'
AT(may_overflow, sixes, i * 6)
// CHECK: 'b' inlined into 'difference'
// CHECK: 'a' inlined into 'difference'
AT(difference, sixes, 12 - i)
// CHECK: 'a' inlined into 'difference_of_multiples'
AT(difference_of_multiples, sixes, i % 3 * 6 - j % 2 * 6)
// CHECK: 'b' inlined into 'long_sum'
// CHECK: 'a' inlined into 'long_sum'
AT(long_sum, sixes, i % 2 + i / 3 + i / 5 + i / 7 + i / 9 + i / 11)
// CHECK: 'b' inlined into 'sum_in_few_bits'
// CHECK: 'a' inlined into 'sum_in_few_bits'
AT(sum_in_few_bits, sixes, (unsigned char)(i % 32 * 6 + j % 16 * 12))
// CHECK: 'a' inlined into 'sum_that_fits'
AT(sum_that_fits, sixes, i % 32 * 6 + j % 16 * 12)
