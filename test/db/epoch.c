// A retired block is released once nobody is pinned who may read it, not before, and once; what a
// worker leaves behind, too. The sanitizers find no race between those who read and those who release.
// RUN: %bare-clang -std=c17 -O1 -pthread -Wall -Wextra -Werror -I%source/bench/db %source/bench/db/epoch.c %s -o %t
// RUN: %t | FileCheck %s --match-full-lines --implicit-check-not={{.}}
// RUN: %bare-clang -std=c17 -O1 -pthread -fsanitize=thread -I%source/bench/db %source/bench/db/epoch.c %s -o %t-thread
// RUN: %t-thread | FileCheck %s --match-full-lines --implicit-check-not={{.}}
// RUN: %bare-clang -std=c17 -O1 -pthread -fsanitize=address,undefined -I%source/bench/db %source/bench/db/epoch.c %s -o %t-address
// RUN: %t-address | FileCheck %s --match-full-lines --implicit-check-not={{.}}
#include "epoch.h"

#include <stdio.h>

struct block {
    uint64_t content, same;
    struct epoch_item item;
};

static unsigned made, released; // atomic

static void release(struct epoch_item *item, const struct db_memory *memory)
{
    struct block *block = (struct block *)((char *)item - offsetof(struct block, item));
    block->content = 1, block->same = 2;
    __atomic_fetch_add(&released, 1, __ATOMIC_RELAXED);
    db_release(memory, block);
}

static struct block *new_block(const struct db_memory *memory, uint64_t content)
{
    struct block *block = db_allocate(memory, sizeof *block);
    block->content = block->same = content;
    __atomic_fetch_add(&made, 1, __ATOMIC_RELAXED);
    return block;
}

static void collect_often(struct epoch_worker *worker)
{
    for (unsigned k = 0; k < 5; k++)
        epoch_collect(worker);
}

// ---- Who is waited for

static void in_order(const struct db_memory *memory)
{
    struct epoch epoch;
    struct epoch_worker writer, reader;
    epoch_init(&epoch, memory);
    epoch_join(&epoch, &writer);
    epoch_join(&epoch, &reader);

    epoch_pin(&reader);
    epoch_retire(&writer, &new_block(memory, 0)->item, release);
    collect_often(&writer);
    printf("pinned: %u released\n", released);
    epoch_unpin(&reader);
    collect_often(&writer);
    printf("not pinned: %u released\n", released);

    epoch_pin(&writer);
    epoch_retire(&writer, &new_block(memory, 0)->item, release);
    collect_often(&writer);
    printf("pinned by the one who retires: %u released\n", released);
    epoch_unpin(&writer);
    epoch_pin(&writer);
    epoch_pin(&reader);
    collect_often(&writer);
    collect_often(&reader);
    epoch_unpin(&reader);
    epoch_pin(&reader);
    epoch_unpin(&writer);
    collect_often(&writer);
    printf("pinned anew: %u released\n", released);
    epoch_unpin(&reader);

    epoch_pin(&reader);
    epoch_retire(&writer, &new_block(memory, 0)->item, release);
    epoch_leave(&writer);
    collect_often(&reader);
    printf("left behind: %u released\n", released);
    epoch_unpin(&reader);
    collect_often(&reader);
    printf("taken over: %u released\n", released);

    epoch_retire(&reader, &new_block(memory, 0)->item, release);
    epoch_leave(&reader);
    epoch_destroy(&epoch);
    printf("at the end: %u released of %u\n", released, made);
}
// CHECK: pinned: 0 released
// CHECK-NEXT: not pinned: 1 released
// CHECK-NEXT: pinned by the one who retires: 1 released
// CHECK-NEXT: pinned anew: 2 released
// CHECK-NEXT: left behind: 2 released
// CHECK-NEXT: taken over: 3 released
// CHECK-NEXT: at the end: 4 released of 4

// ---- Threads

enum { SHARED = 4, TURNS = 4000, BATCH = 8, THREADS = 3 };

static struct block *shared[SHARED]; // atomic
static struct epoch all;

// Reads what it has found, and some more of it later, while others replace it.
static void *work(void *argument)
{
    struct epoch_worker worker;
    uint64_t number = (uint64_t)(uintptr_t)argument, wrong = 0;
    epoch_join(&all, &worker);
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        struct block *found[SHARED];
        epoch_pin(&worker);
        for (unsigned k = 0; k < SHARED; k++)
            found[k] = __atomic_load_n(&shared[k], __ATOMIC_ACQUIRE);
        for (unsigned k = 0; k < BATCH; k++) {
            struct block *fresh = new_block(all.memory, turn * THREADS + number + 10);
            struct block *old =
                __atomic_exchange_n(&shared[(turn + k) % SHARED], fresh, __ATOMIC_ACQ_REL);
            wrong += old->content != old->same;
            epoch_retire(&worker, &old->item, release);
        }
        for (unsigned k = 0; k < SHARED; k++)
            wrong += found[k]->content < 10 || found[k]->content != found[k]->same;
        epoch_unpin(&worker);
    }
    epoch_leave(&worker);
    return (void *)(uintptr_t)wrong;
}

static void in_threads(const struct db_memory *memory)
{
    pthread_t threads[THREADS];
    uintptr_t wrong = 0;
    made = released = 0;
    epoch_init(&all, memory);
    for (unsigned k = 0; k < SHARED; k++)
        shared[k] = new_block(memory, 10);
    for (uintptr_t k = 0; k < THREADS; k++)
        pthread_create(&threads[k], NULL, work, (void *)k);
    for (unsigned k = 0; k < THREADS; k++) {
        void *result;
        pthread_join(threads[k], &result);
        wrong += (uintptr_t)result;
    }
    printf("threads: %u wrong, some were released early: %d\n", (unsigned)wrong, released > 0);
    epoch_destroy(&all);
    printf("threads: %u left\n", made - released);
    for (unsigned k = 0; k < SHARED; k++)
        db_release(memory, shared[k]);
}
// CHECK-NEXT: threads: 0 wrong, some were released early: 1
// CHECK-NEXT: threads: 4 left

int main(void)
{
    struct db_memory memory = DB_MEMORY_OF_C;
    in_order(&memory);
    in_threads(&memory);
}
