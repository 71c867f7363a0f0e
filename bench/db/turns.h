/* turns.h: two threads of which one goes at a time, until it stops between two looks at what they
 * share. Behind check.h, where that is compiled with -DMASSTREE_SHAKE. */
#ifndef BENCH_DB_TURNS_H
#define BENCH_DB_TURNS_H

#ifdef MASSTREE_SHAKE

#include <pthread.h>

enum role { WRITER, READER };

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum role turn;
} turns = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, WRITER};

static _Thread_local enum role own_role;
static _Thread_local unsigned looks; /* until it stops; 0: it doesn't */

static inline void wait_for_turn(void)
{
    pthread_mutex_lock(&turns.mutex);
    while (turns.turn != own_role)
        pthread_cond_wait(&turns.changed, &turns.mutex);
    pthread_mutex_unlock(&turns.mutex);
}

static inline void give_turn(void)
{
    pthread_mutex_lock(&turns.mutex);
    turns.turn = own_role == WRITER ? READER : WRITER;
    pthread_cond_broadcast(&turns.changed);
    pthread_mutex_unlock(&turns.mutex);
}

static inline void let_other_go(void)
{
    give_turn();
    wait_for_turn();
}

static inline void stop_at_look(void)
{
    if (looks > 0 && --looks == 0)
        let_other_go();
}

/* If it has ended before it was to stop. True: so it has. */
static inline bool stop_at_end(void)
{
    bool has_ended = looks > 0;
    looks = 0;
    if (has_ended)
        let_other_go();
    return has_ended;
}

#endif

#endif
