//===- SuspendLiveness.h - What lives across suspends -----------*- C++ -*-===//

#ifndef COROINLINE_SUSPENDLIVENESS_H
#define COROINLINE_SUSPENDLIVENESS_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

#include <optional>
#include <vector>

namespace coroinline {

/// The blocks of a coroutine, cut behind each point at which it may be left and
/// resumed: where it suspends, and where that is prepared, since another thread
/// may resume it from then on.
class Segments {
public:
  struct Segment {
    llvm::Instruction *First = nullptr;   // where what is reloaded goes
    bool Suspends = false;                // at its end
    llvm::Instruction *Suspend = nullptr; // there, but not its preparation
    bool IsPrepared = false;              // between the preparation and that
    llvm::SmallVector<unsigned, 2> Next;  // none behind the coroutine's end
  };

  explicit Segments(llvm::Function &F);
  size_t size() const { return All.size(); }
  const Segment &operator[](unsigned N) const { return All[N]; }
  /// Of what can be reached.
  bool contains(const llvm::Instruction &I) const { return Of.contains(&I); }
  unsigned of(const llvm::Instruction &I) const { return Of.lookup(&I); }
  /// At the start of a block, whatever has been put there since.
  unsigned ofStart(const llvm::BasicBlock &BB) const {
    return FirstOf.lookup(&BB);
  }
  /// Where a value is used: a phi's operand at the end of the block that it
  /// comes from. None where that can't be reached.
  std::optional<unsigned> ofUse(const llvm::Use &U) const;
  /// Where control can come from there through a suspend, not coming by there
  /// again.
  llvm::BitVector behindSuspends(unsigned From) const;
  /// What runs behind the suspend at the end of From on the way out, before
  /// anybody resumes the coroutine there.
  llvm::BitVector onWayOut(unsigned From) const;
  unsigned suspends() const { return Suspends; }

private:
  std::vector<Segment> All; // in reverse post-order
  llvm::DenseMap<const llvm::Instruction *, unsigned> Of;
  llvm::DenseMap<const llvm::BasicBlock *, unsigned> FirstOf;
  unsigned Suspends = 0;
};

/// For each value that is used behind a suspend and was made before it: the
/// segments where it is, since it was last made. Of very large coroutines,
/// none.
using CrossingUses =
    llvm::MapVector<llvm::Value *, llvm::SmallVector<unsigned, 4>>;
CrossingUses findCrossingUses(llvm::Function &F, const Segments &S);

/// What is live at the ends of the segments, of values of which it is known
/// where each is made and where it is used at the start of a segment.
std::vector<llvm::BitVector>
liveAtEnds(const Segments &S, const std::vector<llvm::BitVector> &Made,
           const std::vector<llvm::BitVector> &Used);

} // namespace coroinline

#endif
