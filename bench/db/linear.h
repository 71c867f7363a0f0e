/* linear.h: whether what was seen of a key could have been, had its operations taken effect one
 * after the other, each between its begin and its end: linearizability, Herlihy and Wing, TOPLAS
 * 12(3), 1990. It is local: a structure is linearizable if each key's history is. */
#ifndef BENCH_DB_LINEAR_H
#define BENCH_DB_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An operation that found one value, and left one. 0: nothing; of a read, both are the same. */
struct linear_operation {
    uint64_t begin, end;    /* by one clock, in which nothing has the same time */
    uint64_t before, after; /* values; the more of them differ, the faster it goes */
};

/* Looks for an order that explains them all, from nothing at first: the search of Wing and Gong,
 * "Testing and verifying concurrent objects", JPDC 17, 1993, with the memory of Lowe, "Testing for
 * linearizability", CCPE 29(4), 2017. Exits with 1 where there is no memory. Any thread. */
bool linear_check(const struct linear_operation *operations, size_t count);

/* What operation number k tells of a key, in *about. False: nothing. */
typedef bool linear_tell(const void *context, size_t k, size_t key, struct linear_operation *about);

/* The same for each of the keys below `keys`, of what `count` operations tell of it. */
bool linear_check_keys(size_t keys, size_t count, linear_tell *tell, const void *context);

#endif
