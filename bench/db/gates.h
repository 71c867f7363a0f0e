/* gates.h: keeps transactions of one worker apart that are going to write the same key: of two that
 * overlap one would be refused, and would have worked in vain.
 *
 * A transaction asks for all keys that it knows it will write before it begins, and gets a ticket
 * at the gate of each; it waits, suspended, until its tickets' turns have come, and leaves when its
 * last attempt has ended. All tickets are drawn at once: so whoever waits does it for those that
 * have asked before, nobody waits in a circle, and nobody is overtaken.
 *
 * Keys share gates by a hash, so that now and then somebody waits for nothing. Transactions of
 * other workers are not kept apart, nor keys that nobody has asked for: what they meet in, the
 * store refuses. All of it is for the worker's thread alone. */
#ifndef BENCH_DB_GATES_H
#define BENCH_DB_GATES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    GATES_LOG = 13,  /* the binary logarithm of their number */
    GATES_MOST = 10, /* that one transaction waits at; what it asks for beyond isn't kept apart */
};

/* A worker's. All zeros before; and again equal in pairs when nothing is under way. */
struct gates {
    struct {
        uint16_t given, served; /* tickets: fewer wait than there are numbers */
    } gate[1 << GATES_LOG];
};

/* A transaction's tickets. All zeros before. */
struct gates_pass {
    uint16_t count, reached; /* turns that have come: the first ones */
    struct {
        uint16_t gate, ticket;
    } at[GATES_MOST];
};

/* Draws a ticket for a key, unless there is one for its gate. The same for all keys before the
 * first wait. NULL instead of gates: nobody is kept apart. */
static inline void gates_ask(struct gates *gates, struct gates_pass *pass, uint64_t key)
{
    unsigned gate = (unsigned)(key * 0x9e3779b97f4a7c15 >> (64 - GATES_LOG));
    if (!gates || pass->count == GATES_MOST)
        return;
    for (unsigned k = 0; k < pass->count; k++)
        if (pass->at[k].gate == gate)
            return;
    pass->at[pass->count].gate = (uint16_t)gate;
    pass->at[pass->count++].ticket = gates->gate[gate].given++;
}

/* Whether the turns of all tickets have come. If not, others of the worker have to go on first. */
static inline bool gates_are_open(const struct gates *gates, struct gates_pass *pass)
{
    for (; pass->reached < pass->count; pass->reached++)
        if (gates->gate[pass->at[pass->reached].gate].served != pass->at[pass->reached].ticket)
            return false;
    return true;
}

/* The pass can be used again. */
static inline void gates_leave(struct gates *gates, struct gates_pass *pass)
{
    for (unsigned k = 0; k < pass->count; k++)
        gates->gate[pass->at[k].gate].served++;
    pass->count = pass->reached = 0;
}

#endif
