//===- SlotPlan.h - What a frame is to hold, and where ----------*- C++ -*-===//

#ifndef COROINLINE_SLOTPLAN_H
#define COROINLINE_SLOTPLAN_H

#include "SuspendLiveness.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/Alignment.h"

namespace coroinline {

/// Memory that is in every frame: the result, which nobody reads before the
/// task has come to its end. Until that is stored, values can be kept there.
struct ResultRoom {
  llvm::Value *Address = nullptr; // it lies so many bytes behind that
  uint64_t Offset = 0;
  uint64_t Bytes = 0; // none where others may look
  llvm::SmallVector<llvm::Instruction *, 4> Stores; // of the result
};

/// What the values that live across suspends come to.
struct SlotPlan {
  llvm::BitVector Again;               // what is computed again, not kept
  std::vector<llvm::BitVector> Needed; // by value: the segments it is made in
  std::vector<llvm::BitVector> Loads;  // by segment: what is loaded there
  std::vector<llvm::BitVector> LiveAtEnd; // by segment
  llvm::SmallVector<uint64_t, 16> Offset; // in the area of the slots,
  uint64_t RoomEnd = 0; // or in the result's room, if it is less than this
  uint64_t AreaBytes = 0;
  llvm::Align AreaAlign;
  uint64_t KeptBytes = 0;  // in the slots and in the fields that CoroSplit adds
  uint64_t FrameBytes = 0; // these, the index, and what gaps they leave
  uint64_t Steps = 0;      // to store, to load, to compute again: by frequency

  bool isBetterThan(const SlotPlan &P) const {
    return std::pair(FrameBytes, Steps) < std::pair(P.FrameBytes, P.Steps);
  }
};

/// Of a coroutine: the values that are needed behind suspends, and the choice
/// of how they get there.
class SlotPlanner {
public:
  /// Begin is the coro.begin.
  SlotPlanner(llvm::Function &F, llvm::IntrinsicInst &Begin,
              const llvm::DominatorTree &DT,
              const llvm::BlockFrequencyInfo &BFI);

  const Segments Parts;
  const CrossingUses Crossing;

  /// The bytes of a coroutine's suspend index.
  uint64_t indexBytes() const;
  /// The same as CoroSplit would do.
  SlotPlan withoutSharing() const;
  /// The least that is found; values may lie in Room.
  SlotPlan best(const ResultRoom &Room) const;

  /// Of the segments where a value is made again, one that Segment has it from.
  std::optional<unsigned> madeFor(unsigned Segment,
                                  const llvm::BitVector &Where) const;
  /// Values have numbers. None where CoroSplit is to see to V.
  std::optional<unsigned> numberOf(const llvm::Value &V) const;
  llvm::Value &value(unsigned Number) const { return *Values[Number].V; }
  size_t size() const { return Values.size(); }
  /// The numbers, those of operands first.
  llvm::ArrayRef<unsigned> order() const { return Order; }
  /// Where a value is stored as soon as it is there.
  unsigned storedIn(const llvm::Value &V) const;
  /// Whether V is made before there is a frame.
  bool isMadeBefore(const llvm::Value &V) const;
  /// Whether V is there in every function that CoroSplit makes.
  static bool isEverywhere(const llvm::Value &V);

private:
  enum class Way { Keep, Either, Again, CoroSplit };
  struct Candidate {
    llvm::Value *V;
    Way How;
  };

  Way wayOf(const llvm::Value &V) const;
  void add(llvm::Value &V);
  void leave(llvm::Value &V);
  bool reaches(unsigned From, unsigned To) const;
  void dropRepeated(llvm::BitVector &Where) const;
  llvm::BitVector outside(const ResultRoom &Room, const SlotPlan &P) const;
  void place(SlotPlan &P, const ResultRoom &Room) const;
  void addUp(SlotPlan &P, const llvm::BitVector &Others) const;
  SlotPlan plan(const llvm::BitVector &Again, bool Share,
                const ResultRoom &Room) const;
  llvm::BitVector cheap(bool IfTheyMust) const;

  const llvm::IntrinsicInst &Begin;
  const llvm::DominatorTree &DT;
  llvm::Type *const IndexType;
  const llvm::DataLayout &DL;
  llvm::SmallPtrSet<const llvm::Value *, 16> Addresses; // in the frame
  std::vector<Candidate> Values;
  llvm::DenseMap<const llvm::Value *, unsigned> Numbers;
  std::vector<llvm::BitVector> Stored; // by segment
  std::vector<uint64_t> Frequency;     // the same
  // By suspend: what is stored behind it before anybody resumes the coroutine,
  // while all is in its slot that is needed where it is resumed.
  std::vector<std::pair<unsigned, llvm::BitVector>> StoredOnWayOut;
  llvm::SmallVector<unsigned, 16> Order;
  mutable llvm::DenseMap<unsigned, llvm::BitVector> Behind;
};

} // namespace coroinline

#endif
