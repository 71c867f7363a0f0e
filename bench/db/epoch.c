/* epoch.c: epoch-based reclamation. */
#include "epoch.h"

#include <stdbool.h>

enum { RETIRE_BETWEEN_ADVANCES = 64 };

/* ---- Lists ----------------------------------------------------------------------------------- */

static void make_empty(struct epoch_list *list)
{
    list->first = NULL;
    list->end = &list->first;
    list->count = 0;
}

static void append(struct epoch_list *list, struct epoch_item *item)
{
    item->next = NULL;
    *list->end = item;
    list->end = &item->next;
    list->count++;
}

static void append_all(struct epoch_list *list, struct epoch_list *other)
{
    if (!other->first)
        return;
    *list->end = other->first;
    list->end = other->end;
    list->count += other->count;
    make_empty(other);
}

static void release_first(struct epoch_list *list, const struct db_memory *memory)
{
    struct epoch_item *item = list->first;
    list->first = item->next;
    if (!list->first)
        list->end = &list->first;
    list->count--;
    item->release(item, memory);
}

/* Those at the front that nobody can be reading: of the orphans, whose epochs are in no order, a
 * few later than could be. */
static void release_old(struct epoch_list *list, uint64_t now, const struct db_memory *memory)
{
    while (list->first && list->first->epoch + 2 <= now)
        release_first(list, memory);
}

/* ---- The epoch ------------------------------------------------------------------------------- */

int epoch_init(struct epoch *epoch, const struct db_memory *memory)
{
    *epoch = (struct epoch){.now = 1, .memory = memory};
    make_empty(&epoch->orphans);
    return pthread_mutex_init(&epoch->mutex, NULL);
}

void epoch_destroy(struct epoch *epoch)
{
    while (epoch->orphans.first)
        release_first(&epoch->orphans, epoch->memory);
    pthread_mutex_destroy(&epoch->mutex);
}

void epoch_join(struct epoch *epoch, struct epoch_worker *worker)
{
    *worker = (struct epoch_worker){.epoch = epoch, .until_advance = RETIRE_BETWEEN_ADVANCES};
    make_empty(&worker->retired);
    pthread_mutex_lock(&epoch->mutex);
    worker->next = epoch->workers;
    epoch->workers = worker;
    pthread_mutex_unlock(&epoch->mutex);
}

void epoch_leave(struct epoch_worker *worker)
{
    struct epoch *epoch = worker->epoch;
    pthread_mutex_lock(&epoch->mutex);
    struct epoch_worker **link = &epoch->workers;
    while (*link != worker)
        link = &(*link)->next;
    *link = worker->next;
    append_all(&epoch->orphans, &worker->retired);
    pthread_mutex_unlock(&epoch->mutex);
}

/* The exchange and the fence stand between this store and all reads of the pinned one: either they
 * find what others did before, or those who look see the pin. */
void epoch_pin(struct epoch_worker *worker)
{
    uint64_t now = __atomic_load_n(&worker->epoch->now, __ATOMIC_SEQ_CST);
    __atomic_exchange_n(&worker->pinned, now, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void epoch_unpin(struct epoch_worker *worker)
{
    __atomic_store_n(&worker->pinned, 0, __ATOMIC_RELEASE);
}

/* With the mutex. */
static bool all_are_in(const struct epoch *epoch, uint64_t now)
{
    for (const struct epoch_worker *w = epoch->workers; w; w = w->next) {
        uint64_t pinned = __atomic_load_n(&w->pinned, __ATOMIC_SEQ_CST);
        if (pinned != 0 && pinned != now)
            return false;
    }
    return true;
}

static void advance(struct epoch *epoch)
{
    if (pthread_mutex_trylock(&epoch->mutex) != 0)
        return; /* somebody else is at it */
    uint64_t now = epoch->now;
    if (all_are_in(epoch, now)) {
        __atomic_store_n(&epoch->now, now + 1, __ATOMIC_SEQ_CST);
        release_old(&epoch->orphans, now + 1, epoch->memory);
    }
    pthread_mutex_unlock(&epoch->mutex);
}

void epoch_collect(struct epoch_worker *worker)
{
    struct epoch *epoch = worker->epoch;
    worker->until_advance = RETIRE_BETWEEN_ADVANCES;
    advance(epoch);
    release_old(&worker->retired, __atomic_load_n(&epoch->now, __ATOMIC_SEQ_CST), epoch->memory);
}

/* The fence keeps the look at the epoch behind the store that made the item unreachable: whoever
 * has read the way to it before is pinned in this epoch or an earlier one. */
void epoch_retire(struct epoch_worker *worker, struct epoch_item *item,
                  void (*release)(struct epoch_item *item, const struct db_memory *memory))
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    item->epoch = __atomic_load_n(&worker->epoch->now, __ATOMIC_SEQ_CST);
    item->release = release;
    append(&worker->retired, item);
    if (--worker->until_advance == 0)
        epoch_collect(worker);
}
