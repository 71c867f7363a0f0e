/* faulty.h: an allocator that counts, fails at the calls that it is told, and can give each frame
 * pages of its own, poisoned, which nobody may touch once the frame was given back. */
#include <coroinline/coro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static struct {
    long asked, held; /* calls of the run, frames not given back yet */
    long fail_at;     /* the call that fails; 0: none */
    bool and_after;   /* all calls behind it fail too */
    bool poisons;
} faulty;

enum { PAGE = 4096 };

/* The frame ends where a page ends that can't be accessed: as far as its alignment allows. */
static char *pages_of(size_t size, size_t *bytes)
{
    *bytes = (size + 2 * PAGE - 1) / PAGE * PAGE;
    char *pages = mmap(NULL, *bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages, *bytes - PAGE, PROT_READ | PROT_WRITE)) {
        perror("faulty");
        exit(1);
    }
    return pages;
}

static void *poisoned(size_t size, size_t align)
{
    size_t bytes, room = (size + align - 1) & ~(align - 1);
    char *pages = pages_of(room, &bytes);
    memset(pages, 0xa5, bytes - PAGE);
    return pages + bytes - PAGE - room;
}

static void *allocate(void *context, size_t size, size_t align)
{
    (void)context;
    faulty.asked++;
    if (faulty.fail_at &&
        (faulty.asked == faulty.fail_at || (faulty.and_after && faulty.asked > faulty.fail_at)))
        return NULL;
    faulty.held++;
    return faulty.poisons ? poisoned(size, align)
                          : aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void release(void *context, void *memory, size_t size, size_t align)
{
    (void)context, (void)align;
    faulty.held--;
    if (!faulty.poisons) {
        free(memory);
        return;
    }
    char *first = (char *)((uintptr_t)memory & ~(uintptr_t)(PAGE - 1));
    memset(memory, 0xdd, size);
    if (mprotect(first, (size_t)((char *)memory + size - first), PROT_NONE)) {
        perror("faulty");
        exit(1);
    }
}

static void use_faulty(void)
{
    static const struct coro_allocator allocator = {allocate, release, NULL};
    if (coro_set_allocator(&allocator)) {
        puts("the allocator could not be set");
        exit(1);
    }
}
