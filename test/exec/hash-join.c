// A hash join probes in groups, by three layers of coroutines; the answers are those of plain loops.
// RUN: %everywhere %s | FileCheck %s
#include "Inputs/tasks.h"

typedef struct entry {
    struct entry *next;
    uint32_t key, payload;
} entry;

enum { BUILD = 3000, PROBE = 5000, BUCKETS = 1024 };
static entry entries[BUILD], *table[BUCKETS];
static uint32_t probes[PROBE];

static uint32_t scramble(uint32_t x)
{
    x ^= x >> 16, x *= 0x7feb352d, x ^= x >> 15, x *= 0x846ca68b;
    return x ^ x >> 16;
}

typedef entry *entry_ptr;
coro_declare(entry_ptr);

typedef struct {
    uint64_t sum;
    uint32_t matches, first;
} match;
coro_declare(match);

static coro_task(entry_ptr) bucket(uint32_t key)
{
    coro_begin(entry_ptr);
    entry **head = &table[scramble(key) % BUCKETS];
    coro_prefetch(head);
    coro_return(*head);
}

static coro_task(entry_ptr) next_match(entry *e, uint32_t key)
{
    coro_begin(entry_ptr);
    for (; e; e = e->next) {
        coro_prefetch(e);
        if (e->key == key)
            break;
    }
    coro_return(e);
}

static coro_task(match) probe(uint32_t key)
{
    coro_begin(match);
    match m = {0};
    for (entry *e = coro_await(next_match(coro_await(bucket(key)), key)); e;
         e = coro_await(next_match(e->next, key))) {
        m.sum += e->payload;
        if (!m.matches++)
            m.first = e->payload;
    }
    coro_return(m);
}

int main(void)
{
    for (uint32_t i = 0; i < BUILD; i++) {
        entry *e = &entries[i], **head;
        e->key = scramble(i) % 2000;
        e->payload = i;
        head = &table[scramble(e->key) % BUCKETS];
        e->next = *head;
        *head = e;
    }
    uint64_t sum = 0, matches = 0, firsts = 0;
    for (uint32_t i = 0; i < PROBE; i++) {
        probes[i] = scramble(i + 77) % 4000;
        bool first = true;
        for (entry *e = table[scramble(probes[i]) % BUCKETS]; e; e = e->next)
            if (e->key == probes[i]) {
                sum += (uint64_t)e->payload * (i + 1);
                matches++;
                firsts += first ? e->payload : 0;
                first = false;
            }
    }
    // CHECK: {{[1-9][0-9]+}} matches
    printf("%llu matches\n", (unsigned long long)matches);
    // CHECK-NEXT: groups 1 1 1 1
    printf("groups");
    for (size_t group = 1; group < 40; group += 12) {
        uint64_t got = 0, found = 0, began = 0;
        coro_interleave(group, PROBE, i, probe(probes[i]), m, {
            got += m.sum * (i + 1);
            found += m.matches;
            began += m.first;
        });
        printf(" %d", got == sum && found == matches && began == firsts);
    }
    printf("\n");
    return 0;
}
