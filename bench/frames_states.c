/* frames_states.c: what a task of each program needs if it is a state machine by hand, for
 * frames.sh: the sizes of these arrays. With the number of the lookup, which coro_interleave keeps
 * in its slots, and without a result, which goes to the driver at once. */
#include "chain_amac.c" /* struct slot */
#include "index.h"
#include "tree.h"

char chain_state[sizeof(struct slot)];

struct index_state {
    const struct index_node *node;
    uint64_t key;
    unsigned left; /* levels, and with them the stage */
    size_t lookup;
};
char index_state[sizeof(struct index_state)];

struct tree_state {
    struct {
        const struct tree_node *node;
        uint64_t left; /* what came of that child, once the right one is being walked */
    } stack[TREE_HEIGHT];
    uint64_t is_right; /* by levels */
    const struct tree_node *node;
    unsigned depth;
    size_t lookup;
};
char tree_state[sizeof(struct tree_state)];

/* test/exec/phases.c: one after the other. */
struct phases_state {
    uint64_t key, now;
    union {
        struct {
            void *node;
            unsigned level, probes;
        } descend;
        struct {
            void *bucket;
            int8_t left;
        } walk;
        struct {
            void *version, *row;
            double newest;
            bool any;
        } visible;
        struct {
            void *row;
            int64_t sum;
            unsigned i;
        } read;
    };
    size_t lookup;
    uint8_t stage;
};
char phases_state[sizeof(struct phases_state)];
