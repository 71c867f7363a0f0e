/* support.h: the transcript of a program, and the frames that are had or not (support.c). */
#ifndef FUZZ_SUPPORT_H
#define FUZZ_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

/* Runs one program and prints "program I: N notes, hash H", and how many frames it has leaked if it
 * has. With FUZZ_VERBOSE in the environment, or fuzz_main(argc, argv) called before with -v, a line
 * for each note comes first. With FUZZ_FAIL_AT=n in the environment, the n-th frame (from 1) that
 * the program asks for is not had. With FUZZ_ONLY=i, nothing happens for other indices. */
void fuzz_program(unsigned index, void (*run)(void));
void fuzz_main(int argc, char **argv);

/* Adds to the transcript; `place` says where in the program it is. */
void fuzz_note(unsigned place, uint64_t value);

/* Whether FUZZ_FAIL_AT is set. */
bool fuzz_may_fail(void);

/* The value, which the optimizer does not know. */
uint64_t fuzz_opaque(uint64_t value);

/* For the oracle and the allocator of the plugin's builds: whether a frame that is asked for now is
 * had; those that are had are freed. */
bool fuzz_frame_is_had(void);
void fuzz_frame_is_freed(void);

#endif
