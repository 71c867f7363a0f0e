/* support.h: the transcript of a program, and the frames that are had or not (support.c). */
#ifndef FUZZ_SUPPORT_H
#define FUZZ_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

/* Runs one program, or several times in so many threads at once, and prints "program I: N notes,
 * hash H" for each thread, and how many frames were leaked, if any. The oracle has one thread run
 * after the other. With FUZZ_VERBOSE in the environment, or fuzz_main(argc, argv) called before with
 * -v, a line for each note comes first. With FUZZ_FAIL_AT=n in the environment, the n-th frame (from 1) that
 * the program asks for is not had. With FUZZ_ONLY=i, nothing happens for other indices. */
void fuzz_program(unsigned index, void (*run)(void), unsigned threads);
void fuzz_main(int argc, char **argv);

/* Adds to the transcript; `place` says where in the program it is. */
void fuzz_note(unsigned place, uint64_t value);

/* Calls function(argument) and waits for it, by turns in this thread and in one of two others: those
 * of the program, or of the thread that runs it. Where that one waits itself, in this thread. */
void fuzz_elsewhere(void (*function)(void *argument), void *argument);

/* The present thread: 0 to 2, by turns as above. "const" as pthread_self() is, so it is taken for a
 * constant of a function. */
__attribute__((const)) unsigned fuzz_thread(void);

/* Whether FUZZ_FAIL_AT is set. */
bool fuzz_may_fail(void);

/* The value, which the optimizer does not know. */
uint64_t fuzz_opaque(uint64_t value);

/* For the oracle and the allocator of the plugin's builds: whether a frame that is asked for now is
 * had; those that are had are freed. */
bool fuzz_frame_is_had(void);
void fuzz_frame_is_freed(void);

#endif
