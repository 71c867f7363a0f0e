// A typical program compiles without a warning in every C dialect and with the flags that people use,
// and runs the same.
// RUN: %everywhere %s -std=c17 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror | FileCheck %s
// RUN: %everywhere %s -std=gnu11 -Wall -Wextra -Werror | FileCheck %s
// RUN: %everywhere %s -std=c23 -Wall -Wextra -Wpedantic -Werror | FileCheck %s
// RUN: %everywhere %s -g -fexceptions -Wall -Wextra -Werror | FileCheck %s
// RUN: %everywhere %s -g3 -fPIC -march=x86-64-v3 -fno-omit-frame-pointer -D_FORTIFY_SOURCE=0 | FileCheck %s
// RUN: %everywhere %s -fstack-protector-all -ftrivial-auto-var-init=pattern -fno-strict-aliasing -fwrapv | FileCheck %s
// RUN: %everywhere %s -fstack-clash-protection -fcf-protection -gsplit-dwarf -ffunction-sections | FileCheck %s
#include <coroinline/coro.h>
#include <stdio.h>

typedef struct node {
    struct node *next;
    uint64_t key, value;
} node;
typedef node *node_ptr;
coro_declare(node_ptr);

static coro_task(node_ptr) find(node *n, uint64_t key)
{
    coro_begin(node_ptr);
    for (; n; n = n->next) {
        coro_prefetch(n);
        if (n->key == key)
            break;
    }
    coro_return(n);
}

static int open_scopes, left_scopes;

static void leave(int *scope)
{
    left_scopes += *scope;
}

static coro_task(uint64_t) lookup(node *const *buckets, size_t count, uint64_t key)
{
    coro_begin(uint64_t);
    __attribute__((cleanup(leave))) int scope = 1;
    open_scopes++;
    node *n = coro_await(find(buckets[key % count], key));
    if (!n)
        coro_return(0);
    coro_return(n->value);
}

static coro_task(void) count_hits(node *const *buckets, uint64_t from, uint64_t to, int *hits)
{
    coro_begin(void);
    for (uint64_t key = from; key < to; key++)
        if (coro_await(lookup(buckets, 8, key)))
            ++*hits;
    coro_return();
}

int main(void)
{
    static node nodes[64];
    node *buckets[8] = {NULL};
    for (uint64_t i = 0; i < 64; i++) {
        nodes[i] = (node){buckets[i * 3 % 8], i * 3, i + 1};
        buckets[i * 3 % 8] = &nodes[i];
    }
    uint64_t sum = 0;
    coro_interleave(10, 192, i, lookup(buckets, 8, i), v, { sum += v; });
    int hits = 0;
    coro_interleave(3, 6, i, count_hits(buckets, i * 32, i * 32 + 32, &hits), none, {});
    // CHECK: sum 2080, hits 64, scopes 384 384
    printf("sum %llu, hits %d, scopes %d %d\n", (unsigned long long)sum, hits, open_scopes,
           left_scopes);
    coro_task(uint64_t) task = lookup(buckets, 8, 33);
    coro_resume(task);
    coro_destroy(task);
    // CHECK-NEXT: scopes 385 385
    printf("scopes %d %d\n", open_scopes, left_scopes);
    return 0;
}
