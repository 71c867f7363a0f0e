/* check_masstree.h: what the programs that check structures have in common where there is a
 * Masstree in them. */
#ifndef BENCH_DB_CHECK_MASSTREE_H
#define BENCH_DB_CHECK_MASSTREE_H

#include "check.h"
#include "masstree_node.h"

/* The leftmost nodes of the first layer: all that is left of an empty tree. */
static inline size_t spine(const struct masstree *tree)
{
    struct mt_node *node = mt_layer_of(tree->root);
    size_t count = 1;
    while (node->parent)
        node = &node->parent->head;
    for (; !(node->version & MT_BORDER); count++)
        node = mt_interior_of(node)->child[0];
    return count;
}

#ifdef MASSTREE_SHAKE
void masstree_shake(void)
{
    stretch();
}
#endif

#endif
