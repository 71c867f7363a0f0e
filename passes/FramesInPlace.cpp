//===- FramesInPlace.cpp - Frames in a scheduler's slots ------------------===//
//
//   %bytes = call i64 @coroinline_frame_bytes(ptr %here)
//   ... slots of 16 + %bytes
//   %id    = call token @llvm.coro.id(..., ptr @walk, ptr @walk.resumers)
//   %alloc = call i1 @llvm.coro.alloc(token %id)
//   %frame = call ptr @llvm.coro.begin(token %id, ptr %memory)
//   %task  = call ptr @coroinline_place(ptr %frame, ptr %behind, ptr %here)
// =>
//   %bytes = 96
//   %alloc = false
//   %frame = call ptr @llvm.coro.begin(token %id, ptr %behind)
//
// The frame is not freed then: that shows, as in LLVM's CoroElide, in
// coro.alloc. Where the frame is large or more aligned than the slots, or it is
// not known whose it is, %bytes is 0, and %task is %frame.
//
//===----------------------------------------------------------------------===//

#include "FramesInPlace.h"
#include "Coroutine.h"
#include "KnownTasks.h"
#include "Markers.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace coroinline;

/// A frame that lies in a slot, at the most: slots are on the stack.
static constexpr uint64_t MaxFrameBytes = 240;
/// The alignment of the slots.
static constexpr unsigned SlotAlign = 16;

namespace {

/// The markers of one coro_interleave.
struct Request {
  SmallVector<CallInst *, 1> Sizes, Places;
};

} // namespace

/// The bytes that the frame takes of the task that Begin begins, if it can lie
/// at Address; 0 where it can't.
static uint64_t bytesFor(IntrinsicInst &Begin, Value *Address,
                         DominatorTree &DT) {
  auto *At = dyn_cast<Instruction>(Address);
  auto Of = coroutineOf(Begin);
  if (!Of || (At && !DT.dominates(At, &Begin)))
    return 0;
  const Argument *Frame = Of->Resume->getArg(0);
  uint64_t Bytes = alignTo(Frame->getDereferenceableBytes(), Align(SlotAlign));
  return Bytes <= MaxFrameBytes &&
                 Frame->getParamAlign().valueOrOne() <= Align(SlotAlign)
             ? Bytes
             : 0;
}

/// The same, of each of the tasks that Place puts into its slot.
static uint64_t bytesFor(CallInst &Place, DominatorTree &DT) {
  uint64_t Most = 0;
  for (IntrinsicInst *Begin : beginsOf(Place.getArgOperand(0))) {
    uint64_t Bytes = bytesFor(*Begin, Place.getArgOperand(1), DT);
    if (!Bytes)
      return 0;
    Most = std::max(Most, Bytes);
  }
  return Most;
}

static void putFrames(CallInst &Place) {
  for (IntrinsicInst *Begin : beginsOf(Place.getArgOperand(0))) {
    for (User *U : make_early_inc_range(Begin->getArgOperand(0)->users()))
      if (isIntrinsic(U, Intrinsic::coro_alloc)) {
        U->replaceAllUsesWith(ConstantInt::getFalse(U->getContext()));
        cast<Instruction>(U)->eraseFromParent();
      }
    Begin->setArgOperand(1, Place.getArgOperand(1));
  }
}

/// The calls of that marker in F.
static SmallVector<CallInst *, 2> callsOf(Marker Kind, Function &F) {
  SmallVector<CallInst *, 2> Calls;
  if (Function *Declaration = F.getParent()->getFunction(nameOf(Kind)))
    for (User *U : Declaration->users())
      if (auto *Call = dyn_cast<CallInst>(U);
          Call && Call->getFunction() == &F && markerOf(*Call) == Kind &&
          hasMarkerSignature(*Call, Kind))
        Calls.push_back(Call);
  return Calls;
}

bool coroinline::placeFrames(Function &F, bool InSlots) {
  MapVector<Value *, Request> Requests; // by what names the coro_interleave
  for (CallInst *Size : callsOf(Marker::FrameBytes, F))
    Requests[Size->getArgOperand(0)].Sizes.push_back(Size);
  for (CallInst *Place : callsOf(Marker::Place, F))
    Requests[Place->getArgOperand(2)].Places.push_back(Place);
  std::optional<DominatorTree> DT;
  if (InSlots && !Requests.empty())
    DT.emplace(F);
  for (auto &[Here, R] : Requests) {
    uint64_t Bytes = 0;
    if (DT && R.Sizes.size() == 1 && R.Places.size() == 1 &&
        isa<AllocaInst>(Here))
      Bytes = bytesFor(*R.Places[0], *DT);
    if (Bytes)
      putFrames(*R.Places[0]);
    for (CallInst *Place : R.Places)
      Place->replaceAllUsesWith(Place->getArgOperand(0));
    for (CallInst *Size : R.Sizes)
      Size->replaceAllUsesWith(ConstantInt::get(Size->getType(), Bytes));
    for (CallInst *Call : concat<CallInst *>(R.Places, R.Sizes))
      Call->eraseFromParent();
  }
  return !Requests.empty();
}

PreservedAnalyses CoroDropPlacesPass::run(Module &M, ModuleAnalysisManager &) {
  bool Changed = false;
  for (Marker Kind : {Marker::FrameBytes, Marker::Place})
    if (Function *Declaration = M.getFunction(nameOf(Kind));
        Declaration && Declaration->isDeclaration()) {
      SmallSetVector<Function *, 4> Users;
      for (User *U : Declaration->users())
        if (auto *I = dyn_cast<Instruction>(U))
          Users.insert(I->getFunction());
      for (Function *F : Users)
        placeFrames(*F, /*InSlots=*/false);
      if (Declaration->use_empty())
        Declaration->eraseFromParent();
      Changed = true;
    }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}
