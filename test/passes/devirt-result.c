// A coro_interleave is fused, and its slots keep no result, whatever its tasks give: also where LLVM
// copies a result in parts, with what lies between its members, or reads it in one place for all
// ways in which a task ends.
// RUN: %c-to-ir -gline-tables-only %s | %opt -passes='default<O3>,verify' -S -o %t.ll -pass-remarks='coro-(devirt|pack-slots)' -pass-remarks-missed=coro-devirt 2>%t.remarks
// RUN: FileCheck %s --input-file=%t.ll --implicit-check-not='call fastcc void'
// RUN: FileCheck %s --check-prefix=REMARKS --input-file=%t.remarks --implicit-check-not='not fused'
// REMARKS-DAG: 'find' fused into 'with_a_gap'
// REMARKS-DAG: 'find_behind' fused into 'with_a_tail'
// REMARKS-DAG: 'find_words' fused into 'of_three_words'
// REMARKS-DAG: slots of {{80|96}} bytes in 'with_a_gap' have 32 now
// REMARKS-DAG: slots of {{80|96}} bytes in 'with_a_tail' have 32 now
// REMARKS-DAG: slots of {{80|96}} bytes in 'of_three_words' have 32 now
// CHECK: define {{.*}} @with_a_gap(
#include <coroinline/coro.h>

typedef struct node {
    struct node *child[2];
    uint64_t key, value;
} node;

typedef struct {
    bool found;
    uint64_t value;
} gap;
coro_declare(gap);

typedef struct {
    uint64_t value;
    char letter;
} tail;
coro_declare(tail);

typedef struct {
    uint64_t word[3];
} words;
coro_declare(words);

#define FIND(T, name, missing, given)                                                              \
    static coro_task(T) name(const node *n, uint64_t key)                                          \
    {                                                                                              \
        coro_begin(T);                                                                             \
        for (; n; n = n->child[key > n->key]) {                                                    \
            coro_prefetch(n);                                                                      \
            if (n->key == key)                                                                     \
                coro_return(given);                                                                \
        }                                                                                          \
        coro_return(missing);                                                                      \
    }

FIND(gap, find, ((gap){.found = false}), ((gap){.found = true, .value = n->value}))
FIND(tail, find_behind, ((tail){.letter = 0}), ((tail){.value = n->value, .letter = 'x'}))
FIND(words, find_words, ((words){{0}}), ((words){{n->value, n->key, key}}))

uint64_t with_a_gap(size_t group, size_t count, const node *root, const uint64_t *keys)
{
    uint64_t sum = 0;
    coro_interleave(group, count, i, find(root, keys[i]), f, { sum += f.found ? f.value * i : 1; });
    return sum;
}

uint64_t with_a_tail(size_t group, size_t count, const node *root, const uint64_t *keys)
{
    uint64_t sum = 0;
    coro_interleave(group, count, i, find_behind(root, keys[i]), f, {
        sum += f.letter ? f.value * i : 1;
    });
    return sum;
}

uint64_t of_three_words(size_t group, size_t count, const node *root, const uint64_t *keys)
{
    uint64_t sum = 0;
    coro_interleave(group, count, i, find_words(root, keys[i]), f, {
        sum += f.word[0] * i + (f.word[1] ^ f.word[2]);
    });
    return sum;
}
