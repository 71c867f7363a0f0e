//===- Mutations.h - Random changes to the plugin's input -------*- C++ -*-===//

#ifndef COROINLINE_TEST_MUTATIONS_H
#define COROINLINE_TEST_MUTATIONS_H

#include "llvm/IR/Module.h"

#include <memory>

namespace mutations
{

/// M after a few changes that Seed chooses, most of them around what the passes
/// look at: calls of markers and coroutine intrinsics, the edges behind them,
/// tags, linkage. What comes out is valid IR, and seldom a sensible coroutine.
std::unique_ptr<llvm::Module> mutate(std::unique_ptr<llvm::Module> M, unsigned Seed);

} // namespace mutations

#endif
