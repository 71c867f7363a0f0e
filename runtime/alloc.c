/* alloc.c: where frames come from when a thread's free lists are empty. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <coroinline/coro.h>

_Thread_local struct coro__pool coro__pool;

static void *libc_allocate(void *context, size_t size, size_t align)
{
    (void)context;
    /* aligned_alloc wants a multiple of the alignment. */
    return aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void libc_release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)size, (void)align;
    free(memory);
}

static const struct coro_allocator libc_allocator = {libc_allocate, libc_release, NULL};
static struct coro_allocator allocator = {libc_allocate, libc_release, NULL};

/* Frames that the allocator has given out and not got back: in use, or in some thread's lists. */
static atomic_size_t outstanding;

/* Threads that have a pool, so that one which runs out can ask the others for what they hoard: a
 * thread that ends the tasks of another collects their frames. */
struct member {
    struct coro__pool *pool;
    struct member *next, *previous;
};
static pthread_mutex_t members_lock = PTHREAD_MUTEX_INITIALIZER;
static struct member members = {NULL, &members, &members};
static _Thread_local struct member self;

/* Frames that had to come from the allocator since the last request. */
static atomic_size_t misses;
#define MISSES_BEFORE_REQUEST 1024

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool have_key;

static void set_open(struct coro__pool *pool, bool open)
{
    __atomic_store_n(&pool->open, open, __ATOMIC_RELAXED);
}

/* The size and alignment that the allocator sees: the same at the allocation and at the release,
 * whether or not the code that asks was compiled to use the free lists. */
static void round_frame(size_t *size, size_t *align)
{
    *size = (*size + 63) & ~(size_t)63;
    if (*align < 64)
        *align = 64;
}

static void give_back(void *frame, size_t size, size_t align)
{
    allocator.release(allocator.context, frame, size, align);
    atomic_fetch_sub_explicit(&outstanding, 1, memory_order_release);
}

void coro_trim(void)
{
    for (size_t class = 0; class <= CORO__POOL_CLASSES; class++) {
        void *frame;
        while ((frame = coro__pool.list[class])) {
            coro__pool.list[class] = *(void **)frame;
            give_back(frame, 64 * class, 64);
        }
    }
}

static void at_thread_exit(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&members_lock);
    self.previous->next = self.next;
    self.next->previous = self.previous;
    self.pool = NULL;
    pthread_mutex_unlock(&members_lock);
    set_open(&coro__pool, false); /* a later destructor of this thread may free a task yet */
    coro_trim();
}

static void make_key(void)
{
    have_key = pthread_key_create(&key, at_thread_exit) == 0;
}

/* Makes the calling thread one whose pool is emptied when it exits; false: that can't be had. */
static bool join(void)
{
    pthread_once(&key_once, make_key);
    if (!have_key || pthread_setspecific(key, &self) != 0)
        return false;
    pthread_mutex_lock(&members_lock);
    self = (struct member){&coro__pool, members.next, &members};
    self.next->previous = members.next = &self;
    pthread_mutex_unlock(&members_lock);
    return true;
}

/* Has every other thread give back what it caches, at the next frame that it frees. */
static void ask_others(void)
{
    pthread_mutex_lock(&members_lock);
    for (struct member *m = members.next; m != &members; m = m->next)
        if (m != &self)
            set_open(m->pool, false);
    pthread_mutex_unlock(&members_lock);
}

void *coro__frame_from_allocator(size_t size, size_t align)
{
    round_frame(&size, &align);
    void *frame = allocator.allocate(allocator.context, size, align);
    if (!frame)
        return NULL;
    size_t all = atomic_fetch_add_explicit(&outstanding, 1, memory_order_relaxed) + 1;
    /* In proportion to what there is: the cost per frame stays constant, and so does the share of
     * the frames that lie idle elsewhere. */
    size_t missed = atomic_fetch_add_explicit(&misses, 1, memory_order_relaxed) + 1;
    if (missed >= MISSES_BEFORE_REQUEST + all / 2) {
        atomic_store_explicit(&misses, 0, memory_order_relaxed);
        ask_others();
    }
    return frame;
}

void coro__frame_to_allocator(void *frame, size_t size, size_t align)
{
    round_frame(&size, &align);
    give_back(frame, size, align);
}

/* Of a thread that is new, or has been asked for what it caches. */
void coro__frame_to_closed_pool(void *frame, size_t size)
{
    if (self.pool)
        coro_trim();
    else if (!join()) {
        coro__frame_to_allocator(frame, size, 64);
        return;
    }
    set_open(&coro__pool, true);
    coro__frame_delete(frame, size, 64);
}

int coro_set_allocator(const struct coro_allocator *a)
{
    if (a && (!a->allocate || !a->release))
        return EINVAL;
    if (atomic_load_explicit(&outstanding, memory_order_acquire) != 0)
        return EBUSY;
    allocator = a ? *a : libc_allocator;
    return 0;
}
