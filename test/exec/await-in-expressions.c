// An await works in every place where C allows an expression, and in the order that C demands.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

struct pair {
    int a, b[3];
};
typedef struct pair pair;
coro_declare(pair);

static int twice(int x)
{
    return 2 * x;
}

static int combine(int a, int b, int c)
{
    return 100 * a + 10 * b + c;
}

static coro_task(pair) make_pair(int a)
{
    coro_begin(pair);
    coro_suspend();
    coro_return((pair){a, {a + 1, a + 2, a + 3}});
}

static coro_task(int) operators(int x)
{
    coro_begin(int);
    int table[6] = {10, 11, 12, 13, 14, 15};
    int sum = x + coro_await(told(1)) * table[coro_await(told(2))];
    sum += coro_await(told(3));
    sum -= table[1] - coro_await(told(4));
    sum <<= coro_await(told(1));
    table[coro_await(told(5))] ^= sum;
    printf("\nx %d, sum %d, table[5] %d\n", x, sum, table[5]);
    int *p = table;
    *p++ = coro_await(told(6));
    p[0] += coro_await(told(7));
    printf("\n%d %d, moved by %td\n", table[0], table[1], p - table);
    sum = !coro_await(told(0)) + -coro_await(told(8)) + ~coro_await(told(9));
    printf("\nunary %d, sizeof %zu\n", sum, sizeof coro_await(told(10)));
    sum = (int)(double)coro_await(told(11)) / (int)sizeof(char[3]);
    coro_return(sum);
}

static coro_task(int) calls(void)
{
    coro_begin(int);
    /* The order of arguments is open in C; clang goes from the left. */
    int r = combine(coro_await(told(1)), coro_await(told(2)), coro_await(told(3)));
    r += twice(coro_await(told(twice(coro_await(told(4))))));
    int (*f)(int) = twice;
    r += (coro_await(told(0)) ? combine(0, 0, 0) : f(coro_await(told(5))));
    r += coro_await(make_pair(coro_await(told(6)))).b[coro_await(told(1))];
    coro_return(r);
}

static coro_task(int) logic(int x)
{
    coro_begin(int);
    int r = 0;
    r |= (coro_await(told(0)) && coro_await(told(1))) << 0;
    r |= (coro_await(told(2)) && coro_await(told(3))) << 1;
    r |= (coro_await(told(4)) || coro_await(told(5))) << 2;
    r |= (coro_await(told(0)) || coro_await(told(6))) << 3;
    r |= (x && coro_await(told(7)) && !(coro_await(told(0)) || coro_await(told(0)))) << 4;
    printf("\n");
    r += 1000 * (coro_await(told(x)) ? coro_await(told(8)) : coro_await(told(9)));
    r += 10000 * (x ? 1 : coro_await(told(2)));
    r += 100000 * (coro_await(told(x + 1)) ?: coro_await(told(7)));
    r += (coro_await(told(1)), coro_await(told(2)), 100);
    coro_return(r);
}

static coro_task(int) initialisers(void)
{
    coro_begin(int);
    pair p = {.b = {[1] = coro_await(told(1)), coro_await(told(2))}, .a = 3};
    pair q = {coro_await(told(3)), {4, coro_await(told(5))}}, r = coro_await(make_pair(6));
    const int list[] = {coro_await(told(6)), 7, coro_await(told(8))};
    pair *s = &(pair){coro_await(told(9)), {1, 2, coro_await(told(4))}};
    int scalar = {coro_await(told(7))};
    printf("\n%d %d %d; %d %d %d; %d %d; %d %d %d; %d %d; %d\n", p.a, p.b[0], p.b[2], q.a, q.b[0],
           q.b[1], r.a, r.b[2], list[0], list[1], list[2], s->a, s->b[2], scalar);
    p = (pair){coro_await(told(1)), {coro_await(told(2))}};
    p.b[coro_await(told(2))] = coro_await(late(9, 2));
    coro_return(p.a + p.b[0] + p.b[1] + p.b[2]);
}

static coro_task(int) statement_expression(void)
{
    coro_begin(int);
    int r = ({
        int a = coro_await(told(1));
        ({
            a += coro_await(told(2));
            coro_suspend();
        });
        a + coro_await(told(({
            coro_suspend();
            5;
        })));
    });
    coro_await(told(7)); /* the result goes nowhere */
    (void)coro_await(told(8));
    coro_return(r + coro_await(late(coro_await(late(coro_await(late(30, 1)), 2)), 3)));
}

/* What stands to the left of an await has been computed before it. */
static coro_task(int) alive_across(int x)
{
    coro_begin(int);
    volatile int v = x;
    double d = x * 0.5;
    int r = (v + 1) * coro_await(late(10, 1)) + (v += 5, v) * coro_await(late(100, 2));
    d = d * 2 + coro_await(late(3, 1)) * (d + coro_await(late(1, 1)));
    coro_return(r + (int)d);
}

int main(void)
{
    // CHECK: <1><2><3><4><1><5>
    // CHECK-NEXT: x 7, sum 30, table[5] 17
    // CHECK-NEXT: <6><7>
    // CHECK-NEXT: 6 18, moved by 1
    // CHECK-NEXT: <0><8><9>
    // CHECK-NEXT: unary -17, sizeof 4
    // CHECK-NEXT: <11>operators 3
    printf("operators %d\n", coro_run(operators(7)));
    // CHECK-NEXT: <1><2><3><4><8><0><5><6><1>calls 157
    printf("calls %d\n", coro_run(calls()));
    // CHECK-NEXT: <0><2><3><4><0><6><7><0><0>
    // CHECK-NEXT: <1><8><2><1><2>logic 218130
    printf("logic %d\n", coro_run(logic(1)));
    // CHECK-NEXT: <0><2><3><4><0><6>
    // CHECK-NEXT: <0><9><2><1><1><2>logic 129114
    printf("logic %d\n", coro_run(logic(0)));
    // CHECK-NEXT: <1><2><3><5><6><8><9><4><7>
    // CHECK-NEXT: 3 0 2; 3 4 5; 6 9; 6 7 8; 9 4; 7
    printf("initialisers %d\n", coro_run(initialisers()));
    // CHECK-NEXT: <1><2><2>initialisers 12
    // CHECK-NEXT: <1><2><5><7><8>statement expression 38
    printf("statement expression %d\n", coro_run(statement_expression()));
    int resumes, r = drive(alive_across(3), resumes);
    // CHECK-NEXT: alive across 850 after 6 resumes
    printf("alive across %d after %d resumes\n", r, resumes);
    return 0;
}
