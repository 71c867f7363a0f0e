// Coroutines that await themselves in more than one place go on behind the await without a look at all
// places: among others that they await, with a task that waits in a variable, or whose handle the awaited
// one overwrites, through a pointer, after a start that awaits or is long, and with a result that other
// values lie in the place of until it is there.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef struct {
    uint64_t a, b, c;
} triple;
coro_declare(triple);

static uint64_t state = 88172645463325252u;
static uint64_t draw(void)
{
    state ^= state << 13, state ^= state >> 7;
    return state ^= state << 17;
}

typedef struct node {
    struct node *left, *right;
    uint64_t value;
} node;

static node nodes[300];
static unsigned used;

static node *grow(unsigned size)
{
    if (size == 0)
        return NULL;
    node *n = &nodes[used++];
    unsigned before = (unsigned)(draw() % size);
    n->value = draw() >> 40;
    n->left = grow(before);
    n->right = grow(size - 1 - before);
    return n;
}

/* Three places, and others in between. */
static coro_task(uint64_t) mixed(const node *n, unsigned depth)
{
    coro_begin(uint64_t);
    if (!n)
        coro_return(depth);
    coro_prefetch(n);
    uint64_t left = coro_await(mixed(n->left, depth + 1));
    if (n->value % 3 == 0)
        left += (uint64_t)coro_await(late((int)(n->value & 15), 2));
    uint64_t kept = left * 31 + n->value;
    uint64_t right = coro_await(mixed(n->right, depth + 2));
    if (right % 5 == 1)
        coro_return(kept ^ right);
    uint64_t again = 0;
    if (depth < 3)
        again = coro_await(mixed(n->left, depth + 7));
    coro_suspend();
    coro_return(kept + 3 * right + again);
}
static uint64_t plain_mixed(const node *n, unsigned depth)
{
    if (!n)
        return depth;
    uint64_t left = plain_mixed(n->left, depth + 1);
    if (n->value % 3 == 0)
        left += n->value & 15;
    uint64_t kept = left * 31 + n->value, right = plain_mixed(n->right, depth + 2);
    if (right % 5 == 1)
        return kept ^ right;
    return kept + 3 * right + (depth < 3 ? plain_mixed(n->left, depth + 7) : 0);
}

/* A task that is made, and resumed or not, before it is awaited. */
static coro_task(uint64_t) stored(unsigned n)
{
    coro_begin(uint64_t);
    if (n < 2)
        coro_return(n + 5);
    coro_task(uint64_t) first = stored(n - 1), second = stored(n - 2);
    coro_suspend();
    uint64_t x = n % 2 ? coro_await(first) : coro_await(second);
    coro_suspend();
    uint64_t y = n % 2 ? coro_await(second) : coro_await(first);
    coro_return(x * 3 + y + n);
}
static uint64_t plain_stored(unsigned n)
{
    if (n < 2)
        return n + 5;
    uint64_t a = plain_stored(n - 1), b = plain_stored(n - 2);
    return (n % 2 ? a * 3 + b : b * 3 + a) + n;
}

/* The awaited task changes what its awaiter has its handle in. */
static unsigned overwritten;
static coro_task(uint64_t) overwrites(unsigned n, coro_task(uint64_t) * mine)
{
    coro_begin(uint64_t);
    coro_suspend();
    memset(mine, 0, sizeof *mine);
    if (n == 0)
        coro_return(1);
    coro_task(uint64_t) below = overwrites(n - 1, &below);
    uint64_t x = coro_await(below);
    static const coro_task(uint64_t) none;
    overwritten += memcmp(&below, &none, sizeof none) == 0;
    below = overwrites(n / 2, &below);
    uint64_t y = coro_await(below);
    overwritten += memcmp(&below, &none, sizeof none) == 0;
    coro_return(2 * x + y);
}
static uint64_t plain_overwrites(unsigned n)
{
    return n == 0 ? 1 : 2 * plain_overwrites(n - 1) + plain_overwrites(n / 2);
}

/* One of several, by a pointer. */
typedef coro_task(uint64_t) by_pointer(unsigned n);
static by_pointer halve, subtract;
static by_pointer *volatile const choices[] = {halve, subtract};
static coro_task(uint64_t) halve(unsigned n)
{
    coro_begin(uint64_t);
    coro_suspend();
    if (n == 0)
        coro_return(3);
    uint64_t x = coro_await(halve(n / 2)), y = coro_await(choices[n % 2](n / 3));
    coro_return(x + 7 * y + n);
}
static coro_task(uint64_t) subtract(unsigned n)
{
    coro_begin(uint64_t);
    if (n < 3)
        coro_return(n);
    uint64_t x = coro_await(subtract(n - 3));
    coro_suspend();
    uint64_t y = coro_await(choices[n % 2](n / 2)), z = coro_await(subtract(n / 4));
    coro_return(x + 11 * y + 5 * z);
}
static uint64_t plain_subtract(unsigned n);
static uint64_t plain_halve(unsigned n)
{
    if (n == 0)
        return 3;
    return plain_halve(n / 2) + 7 * (n % 2 ? plain_subtract : plain_halve)(n / 3) + n;
}
static uint64_t plain_subtract(unsigned n)
{
    if (n < 3)
        return n;
    return plain_subtract(n - 3) + 11 * (n % 2 ? plain_subtract : plain_halve)(n / 2) +
           5 * plain_subtract(n / 4);
}

/* Its start awaits it; or is long. */
static coro_task(uint64_t) starts(unsigned n, uint64_t x)
{
    coro_begin(uint64_t);
    if (n == 0) {
        coro_suspend();
        coro_return(x);
    }
    if (n % 3) {
#define LONGER x = x * 6364136223846793005u + 1442695040888963407u, x ^= x >> 29, x += x << 7
        LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER;
        coro_suspend();
    }
    x += coro_await(starts(n - 1, x + 1));
    x += coro_await(starts(n / 3, x + 2));
    coro_return(x ^ n);
}
static uint64_t plain_starts(unsigned n, uint64_t x)
{
    if (n == 0)
        return x;
    if (n % 3)
        LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER, LONGER;
    x += plain_starts(n - 1, x + 1);
    x += plain_starts(n / 3, x + 2);
    return x ^ n;
}

/* A wide result. */
static coro_task(triple) wide(const node *n)
{
    coro_begin(triple);
    if (!n)
        coro_return((triple){1, 2, 3});
    uint64_t before = n->value * 5, more = n->value / 3;
    coro_prefetch(n);
    triple left = coro_await(wide(n->left));
    uint64_t sum = before + left.b;
    triple right = coro_await(wide(n->right));
    coro_suspend();
    coro_return((triple){left.a + right.c + more, sum ^ right.a, left.c + 2 * right.b});
}
static triple plain_wide(const node *n)
{
    if (!n)
        return (triple){1, 2, 3};
    uint64_t before = n->value * 5, more = n->value / 3;
    triple left = plain_wide(n->left);
    uint64_t sum = before + left.b;
    triple right = plain_wide(n->right);
    return (triple){left.a + right.c + more, sum ^ right.a, left.c + 2 * right.b};
}

#define SAY(name, run, plain)                                                                      \
    do {                                                                                           \
        unsigned resumes;                                                                          \
        uint64_t result = drive(run, resumes);                                                     \
        printf("%s: %s\n", name, result == (plain) ? "right" : "WRONG");                           \
    } while (0)

int main(void)
{
    const node *root = grow(300);
    SAY("mixed", mixed(root, 0), plain_mixed(root, 0)); // CHECK: mixed: right
    SAY("stored", stored(11), plain_stored(11));        // CHECK: stored: right
    coro_task(uint64_t) top = overwrites(9, &top);
    SAY("overwrites", top, plain_overwrites(9));                   // CHECK: overwrites: right
    printf("%s overwritten\n", overwritten > 20 ? "many" : "few"); // CHECK: many overwritten
    SAY("halve", halve(200), plain_halve(200));                    // CHECK: halve: right
    SAY("subtract", subtract(90), plain_subtract(90));             // CHECK: subtract: right
    SAY("starts", starts(14, 1), plain_starts(14, 1));             // CHECK: starts: right
    uint64_t sum = 0, plain_sum = 0;
    coro_interleave(7, 50, i, mixed(&nodes[i], 0), v, { sum += v * (2 * i + 1); });
    for (unsigned i = 0; i < 50; i++)
        plain_sum += plain_mixed(&nodes[i], 0) * (2 * i + 1);
    printf("interleaved: %s\n", sum == plain_sum ? "right" : "WRONG"); // CHECK: interleaved: right
    triple t, expected = plain_wide(root);
    unsigned resumes;
    t = drive(wide(root), resumes);
    printf("wide: %s\n", memcmp(&t, &expected, sizeof t) ? "WRONG" : "right"); // CHECK: wide: right
}
