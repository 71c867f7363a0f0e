/* What runtime/chain.c needs of <stdlib.h>: see start.h. */
_Noreturn void abort(void);
