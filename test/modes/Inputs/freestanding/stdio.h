/* What runtime/chain.c needs of <stdio.h>: see start.h. */
#define stdout 1
#define stderr 2
int fflush(int);
int fprintf(int, const char *, ...);
