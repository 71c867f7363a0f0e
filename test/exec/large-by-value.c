// Large structs and unions with holes go by value without losing a byte, however late they are read.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef struct {
    unsigned char bytes[20000];
} huge;
typedef union {
    struct {
        char c;
        double d;
        char e;
        long l;
    } holes;
    char text[32];
} overlaid;
coro_declare(huge);
coro_declare(overlaid);

static unsigned hash(const huge *h)
{
    unsigned r = 0;
    for (size_t i = 0; i < sizeof h->bytes; i++)
        r = r * 31 + h->bytes[i];
    return r;
}

static CORO_NOINLINE coro_task(unsigned) linked_hash(huge h)
{
    coro_begin(unsigned);
    coro_suspend();
    coro_return(hash(&h));
}

static coro_task(huge) increment(huge h)
{
    coro_begin(huge);
    unsigned before = coro_await(linked_hash(h));
    h.bytes[before % 20000]++;
    coro_suspend();
    coro_return(h);
}

static coro_task(huge) twice(huge h)
{
    coro_begin(huge);
    coro_return(coro_await(increment(coro_await(increment(h)))));
}

static coro_task(overlaid) echo(overlaid x)
{
    coro_begin(overlaid);
    overlaid copy = x;
    coro_suspend();
    coro_return(copy);
}

static coro_task(overlaid) echo_twice(overlaid x)
{
    coro_begin(overlaid);
    coro_suspend();
    coro_return(coro_await(echo(coro_await(echo(x)))));
}

int main(void)
{
    static huge h;
    for (size_t i = 0; i < sizeof h.bytes; i++)
        h.bytes[i] = (unsigned char)(i * i);
    huge expected = h;
    expected.bytes[hash(&expected) % 20000]++;
    expected.bytes[hash(&expected) % 20000]++;
    huge got = coro_run(twice(h));
    // CHECK: huge 1, changed 1
    printf("huge %d, changed %d\n", memcmp(&got, &expected, sizeof got) == 0,
           hash(&got) != hash(&h));
    overlaid x = {.text = "all of the bytes in this union."};
    coro_task(overlaid) a = echo(x), b = echo_twice(x);
    memset(&x, 0, sizeof x);
    // CHECK-NEXT: all of the bytes in this union.
    printf("%s\n", coro_run(a).text);
    // CHECK-NEXT: all of the bytes in this union.
    printf("%s\n", coro_run(b).text);
    return 0;
}
