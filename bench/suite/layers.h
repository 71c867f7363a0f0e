/* layers.h: in which way the layers of a workload are compiled: see CMakeLists.txt. */
#ifndef BENCH_SUITE_LAYERS_H
#define BENCH_SUITE_LAYERS_H

#ifdef SEQUENTIAL
#include "../sequential.h"
#elif defined(FIBERS)
#include "fibers.h"
#elif defined(VARIANT)
#include VARIANT
#else
#include <coroinline/coro.h>
#endif

#endif
