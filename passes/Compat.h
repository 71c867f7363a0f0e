//===- Compat.h - What differs between the LLVM versions --------*- C++ -*-===//
//
// The one place that knows LLVM's version. Built for 19 and 22.
//
//===----------------------------------------------------------------------===//

#ifndef COROINLINE_COMPAT_H
#define COROINLINE_COMPAT_H

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

#if LLVM_VERSION_MAJOR >= 22
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

namespace coroinline::compat {

inline llvm::Function *intrinsic(llvm::Module &M, llvm::Intrinsic::ID ID,
                                 llvm::ArrayRef<llvm::Type *> Types = {}) {
#if LLVM_VERSION_MAJOR >= 20
  return llvm::Intrinsic::getOrInsertDeclaration(&M, ID, Types);
#else
  return llvm::Intrinsic::getDeclaration(&M, ID, Types);
#endif
}

/// The declaration of a non-overloaded intrinsic, or null where M has none.
inline llvm::Function *findIntrinsic(const llvm::Module &M,
                                     llvm::Intrinsic::ID ID) {
  return M.getFunction(llvm::Intrinsic::getName(ID));
}

/// Whether I keeps a value alive for a debugger and does nothing else.
inline bool isFakeUse(const llvm::Instruction &I) {
#if LLVM_VERSION_MAJOR >= 20
  auto *Call = llvm::dyn_cast<llvm::CallBase>(&I);
  return Call && Call->getIntrinsicID() == llvm::Intrinsic::fake_use;
#else
  return false;
#endif
}

/// The attribute of a parameter that is not kept.
#if LLVM_VERSION_MAJOR >= 21
inline constexpr llvm::Attribute::AttrKind NoCapture =
    llvm::Attribute::Captures;
#else
inline constexpr llvm::Attribute::AttrKind NoCapture =
    llvm::Attribute::NoCapture;
#endif

/// By its full name; not_intrinsic where there is none.
inline llvm::Intrinsic::ID lookupIntrinsic(llvm::StringRef Name) {
#if LLVM_VERSION_MAJOR >= 20
  return llvm::Intrinsic::lookupIntrinsicID(Name);
#else
  return llvm::Function::lookupIntrinsicID(Name);
#endif
}

/// Whether CoroSplit keeps what a suspend gave across another one.
#if LLVM_VERSION_MAJOR >= 22
inline constexpr bool KeepsSuspendResults = true;
#else
inline constexpr bool KeepsSuspendResults = false;
#endif

// The lifetime markers lost their size in LLVM 22.
inline void createLifetimeStart(llvm::IRBuilder<> &B, llvm::AllocaInst *AI) {
#if LLVM_VERSION_MAJOR >= 22
  B.CreateLifetimeStart(AI);
#else
  B.CreateLifetimeStart(
      AI, B.getInt64(*AI->getAllocationSize(AI->getDataLayout())));
#endif
}

inline void createLifetimeEnd(llvm::IRBuilder<> &B, llvm::AllocaInst *AI) {
#if LLVM_VERSION_MAJOR >= 22
  B.CreateLifetimeEnd(AI);
#else
  B.CreateLifetimeEnd(AI,
                      B.getInt64(*AI->getAllocationSize(AI->getDataLayout())));
#endif
}

/// Prints what -stats asks for. Where LLVM counts for itself, it does so on its
/// way out; release builds, as distributions ship them, only say that they have
/// nothing to tell.
inline void printStatistics() {
#if !LLVM_FORCE_ENABLE_STATS && !LLVM_ENABLE_ABI_BREAKING_CHECKS
  if (llvm::AreStatisticsEnabled())
    llvm::PrintStatistics(llvm::errs());
#endif
}

/// What GEPOperator::collectOffset() gives.
#if LLVM_VERSION_MAJOR >= 22
using VariableOffsets = llvm::SmallMapVector<llvm::Value *, llvm::APInt, 4>;
#else
using VariableOffsets = llvm::MapVector<llvm::Value *, llvm::APInt>;
#endif

/// A label for debuggers; LLVM 22 can say more of one.
inline llvm::DILabel *createLabel(llvm::DILocation &Where,
                                  llvm::StringRef Name) {
#if LLVM_VERSION_MAJOR >= 22
  return llvm::DILabel::get(Where.getContext(), Where.getScope(), Name,
                            Where.getFile(), Where.getLine(), Where.getColumn(),
                            /*IsArtificial=*/true,
                            /*CoroSuspendIdx=*/std::nullopt);
#else
  return llvm::DILabel::get(Where.getContext(), Where.getScope(), Name,
                            Where.getFile(), Where.getLine());
#endif
}

} // namespace coroinline::compat

#endif
