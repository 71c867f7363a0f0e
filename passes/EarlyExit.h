//===- EarlyExit.h - The part of a coroutine that needs no task -*- C++ -*-===//

#ifndef COROINLINE_EARLYEXIT_H
#define COROINLINE_EARLYEXIT_H

#include "AwaitGraph.h"

#include "llvm/ADT/DenseMap.h"

namespace coroinline {

/// A copy of F to inline from, which stands for F in debug information too.
llvm::Function *copyToInline(llvm::Function &F);

/// Gives linked awaits of a coroutine the early exits of what they await:
///   <the callee up to where it suspends>, and from there: the linked await
class EarlyExits {
  llvm::Function &F;
  // By a twin's call: that of the linked await, and the callee.
  llvm::DenseMap<llvm::CallBase *,
                 std::pair<llvm::CallInst *, AwaitGraph::Node *>>
      Twins;

public:
  explicit EarlyExits(llvm::Function &Awaiter) : F(Awaiter) {}
  /// Has S come, in finish(), to that. Gives how many instructions that takes;
  /// 0 where it can't be had, or takes more than Room.
  unsigned add(AwaitSite &S, AwaitGraph::Node &Callee, unsigned Room);
  /// Returns whether there was any; then blocks may be left unreachable.
  bool finish();
};

/// Erases the copies that EarlyExits has made for the coroutines of the graph.
void eraseEarlyExits(llvm::Module &M, const AwaitGraph &Graph);

} // namespace coroinline

#endif
