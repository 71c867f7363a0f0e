#pragma once
#include <coroinline/coro.h>

#ifndef CHILD
#define CHILD
#endif

CHILD coro_task(int) child(int n);
