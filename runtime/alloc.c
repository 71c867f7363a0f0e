/* alloc.c: where frames come from when a thread's free lists are empty. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <coroinline/coro.h>

/* What the free list of one size may hold, in bytes. */
#define POOL_BYTES_PER_CLASS (1024 * 1024)

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

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool have_key;

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
        struct coro__free_list *list = &coro__pool.list[class];
        void *frame;
        while ((frame = list->first)) {
            list->first = *(void **)frame;
            list->room++;
            give_back(frame, 64 * class, 64);
        }
    }
}

static void at_thread_exit(void *unused)
{
    (void)unused;
    coro_trim();
    /* A later destructor of this thread that frees a task finds the lists full, and asks again. */
    for (size_t class = 0; class <= CORO__POOL_CLASSES; class++)
        coro__pool.list[class].room = 0;
}

static void make_key(void)
{
    have_key = pthread_key_create(&key, at_thread_exit) == 0;
}

/* Opens the lists of a new thread, and arranges for them to be emptied when it exits; not where no
 * key can be had. The bound keeps a thread that ends the tasks of another from hoarding frames. */
static void open_lists(void)
{
    pthread_once(&key_once, make_key);
    if (!have_key || pthread_getspecific(key) || pthread_setspecific(key, &coro__pool) != 0)
        return;
    for (size_t class = 1; class <= CORO__POOL_CLASSES; class++)
        coro__pool.list[class].room = POOL_BYTES_PER_CLASS / (64 * class);
}

void *coro__frame_from_allocator(size_t size, size_t align)
{
    round_frame(&size, &align);
    void *frame = allocator.allocate(allocator.context, size, align);
    if (frame)
        atomic_fetch_add_explicit(&outstanding, 1, memory_order_relaxed);
    return frame;
}

void coro__frame_to_allocator(void *frame, size_t size, size_t align)
{
    round_frame(&size, &align);
    give_back(frame, size, align);
}

void coro__frame_to_full_list(void *frame, size_t size)
{
    struct coro__free_list *list = &coro__pool.list[(size + 63) / 64];
    open_lists();
    if (list->room == 0) {
        coro__frame_to_allocator(frame, size, 64);
        return;
    }
    *(void **)frame = list->first;
    list->first = frame;
    list->room--;
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
