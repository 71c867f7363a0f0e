/* tree.h: the binary trees of the tree benchmark, and how its versions are called. */
#ifndef BENCH_TREE_H
#define BENCH_TREE_H

#include <stddef.h>
#include <stdint.h>

enum { TREE_HEIGHT = 64 }; /* nodes from a root to a leaf, at the most */

/* A cache line. */
struct tree_node {
    _Alignas(64) const struct tree_node *left; /* NULL: none; right too */
    const struct tree_node *right;
    uint64_t value;
};

struct tree_job {
    const struct tree_node *const *roots; /* of the trees that are walked */
    size_t count;                         /* of trees */
    size_t group;                         /* walks in flight at a time */
    size_t *found; /* set to the group size found, where that is looked for */
};

/* What a walk computes at a node. Not commutative, so that a wrong order shows. */
static inline uint64_t tree_combine(uint64_t left, uint64_t right, uint64_t value)
{
    return left + 3 * right + value;
}

/* Does the job. Returns the sum over the trees i of (2 i + 1) times what came of the root. */
typedef uint64_t tree_run(const struct tree_job *job);

extern tree_run *const tree_inlined_auto1, *const tree_linked_auto1;
extern tree_run *const tree_inlined_auto2, *const tree_linked_auto2;
extern tree_run *const tree_sequential,
    *const tree_indirect, *const tree_linked, *const tree_inlined, *const tree_two_level;

#endif
