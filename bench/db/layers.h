/* layers.h: what layers are compiled behind: coroutines or, with -DSEQUENTIAL, plain functions. */
#ifndef BENCH_DB_LAYERS_H
#define BENCH_DB_LAYERS_H

#ifdef SEQUENTIAL
#include "../sequential.h"
#else
#include <coroinline/coro.h>
#endif

#endif
