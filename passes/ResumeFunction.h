//===- ResumeFunction.h - What CoroSplit made of a coroutine ----*- C++ -*-===//

#ifndef COROINLINE_RESUMEFUNCTION_H
#define COROINLINE_RESUMEFUNCTION_H

#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/IR/Instructions.h"

#include <optional>

namespace coroinline {

/// The switch on the index of the suspend that the task is at, as CoroSplit
/// leaves it in a resume or destroy function. Null where there is none.
llvm::SwitchInst *findDispatch(llvm::Function &F);

/// The store by which the ramp makes F the one that resumes the task; null
/// where F is something else.
llvm::StoreInst *storeIntoFrame(llvm::Function &F);

/// For a resume function that was just split: what nobody resumes is
/// unreachable, and the indices that its tasks can have are noted on it.
/// Returns whether its code has changed.
bool noteIndices(llvm::Function &Resume);

/// The body of a resume function in the place of a call: what it does from At
/// on, up to After if it comes there.
struct FusedBody {
  llvm::Function &Resume;
  llvm::Value &Task;
  llvm::BasicBlock &At;
  llvm::BasicBlock *After;
};

/// Whether that is yet to be done: nobody else has changed it since.
bool isJustSplit(const llvm::Function &Resume);

/// The index in the frames of Resume's coroutine.
struct IndexField {
  int64_t Offset; // in bytes
  llvm::IntegerType *T;
};
/// None where it is not noted.
std::optional<IndexField> indexFieldOf(const llvm::Function &Resume);

/// The index of a new task; null where it is not noted.
llvm::ConstantInt *startIndexOf(const llvm::Function &Resume);

/// Whether a task at that index has ended: nobody resumes it. False where that
/// is not noted.
bool isEndIndex(const llvm::ConstantInt &Index, const llvm::Function &Resume);

/// What is known of a task that is resumed.
enum class TaskState { Any, New, Started };

/// Whether I may change the index in the frame of Task, of Resume's coroutine,
/// from that of a new one to another.
bool mayLeaveStart(const llvm::Instruction &I, const llvm::Value &Task,
                   const llvm::Function &Resume, llvm::AAResults &AA);

/// Tells the optimizer that at the start of At the task has been resumed
/// before, if it has; nothing where Resume has no note.
void assumeState(const FusedBody &Body, TaskState State);
/// What a new task reads as its index is known; nobody else reads it before the
/// body stores another one.
void beginAtStart(const FusedBody &Body, TaskState State);
/// Replaces loads from At on, up to the first write or branch that is not
/// known, by what they are known to read: null where that is not known.
void replaceFirstLoads(
    llvm::BasicBlock &At,
    llvm::function_ref<llvm::Value *(llvm::LoadInst &)> Known);
/// Leaves nothing of a resume function but what a task at that index does
/// before it suspends; false where it can't be told.
bool cutTo(llvm::Function &Resume, llvm::ConstantInt &Index);
/// What Load reads, where that is the index in the frame of a Task of Resume's
/// coroutine and what it is in State is known; null elsewhere.
llvm::ConstantInt *indexLoadedBy(const llvm::LoadInst &Load,
                                 const llvm::Value &Task,
                                 const llvm::Function &Resume, TaskState State);
/// What I stores as the index in the frame of Task, of Resume's coroutine; null
/// where that can be several. None where it stores something else.
std::optional<llvm::ConstantInt *> indexStoredBy(llvm::Instruction &I,
                                                 const llvm::Value &Task,
                                                 const llvm::Function &Resume);
/// Where the task suspends with the index that it was resumed at, there is no
/// need to store it again.
void dropIndexStores(const FusedBody &Body, TaskState State);

} // namespace coroinline

#endif
