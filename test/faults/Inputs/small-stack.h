/* small-stack.h: runs a function on a thread whose stack is small and painted. */
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAINT = 0x5a };

/* Runs f(argument) on a stack of so many bytes, or the least that the system allows, below which
 * nothing can be accessed. Returns how much was in use at the most, by the C library too. */
static size_t run_on_stack(size_t bytes, void *(*f)(void *), void *argument)
{
    const size_t guard = 1 << 16;
    if (bytes < (size_t)PTHREAD_STACK_MIN)
        bytes = (size_t)PTHREAD_STACK_MIN;
    char *memory =
        mmap(NULL, guard + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_attr_t attributes;
    pthread_t thread;
    if (memory == MAP_FAILED || mprotect(memory, guard, PROT_NONE))
        abort();
    char *stack = memory + guard;
    memset(stack, PAINT, bytes);
    if (pthread_attr_init(&attributes) || pthread_attr_setstack(&attributes, stack, bytes) ||
        pthread_create(&thread, &attributes, f, argument)) {
        puts("no thread");
        exit(1);
    }
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    size_t untouched = 0;
    while (untouched < bytes && stack[untouched] == PAINT)
        untouched++;
    munmap(memory, guard + bytes);
    return bytes - untouched;
}
