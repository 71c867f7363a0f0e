//===- Places.h - Where a pointer points to ---------------------*- C++ -*-===//

#ifndef COROINLINE_PLACES_H
#define COROINLINE_PLACES_H

#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Value.h"

#include <optional>

namespace llvm {
class GEPOperator;
}

namespace coroinline {

/// Where a pointer can point: into Base, at Offset, Offset + Stride, ... in
/// bytes. With a stride, the offset is below it, and may be counted from any
/// element.
struct Place {
  llvm::Value *Base; // what no index leads to, nor a choice of its own places
  int64_t Offset = 0;
  uint64_t Stride = 0; // 0: Offset alone
  bool operator==(const Place &P) const {
    return Base == P.Base && Offset == P.Offset && Stride == P.Stride;
  }
};

/// How far an index leads, in bytes: Offset, and any multiple of Stride. Where
/// the IR does not say that it stays within the object (inbounds), an address
/// can wrap: then all that is left of it is a multiple of the power of two.
struct Distance {
  int64_t Offset = 0;
  uint64_t Stride = 0;
  uint64_t Reach = 0; // at the most, either way; 0 where it is inbounds
  /// Whether no address wraps by it: gone once alone, or any number of times.
  bool isExact(bool OnceAlone) const;
};

/// None where that is not known in bytes.
std::optional<Distance> distanceOf(const llvm::GEPOperator &GEP,
                                   const llvm::DataLayout &DL);

/// What is taken for the number that some bits are: with a sign, without one,
/// or with one and known to be an index within an object.
enum class Reading { Signed, Unsigned, InBounds };

/// What V, read as said, is a multiple of: 0 if it is 0.
uint64_t factorOf(const llvm::Value *V, Reading As, unsigned Depth = 0);

/// None where the offset is negative.
std::optional<Place> placeOf(llvm::Value *P, const llvm::DataLayout &DL);

/// Where P points to if its base points to Object.
Place placeIn(const Place &Object, const Place &P);

/// How far Address is from Base; none where that is not constant.
std::optional<int64_t> offsetFrom(const llvm::Value &Base,
                                  const llvm::Value &Address,
                                  const llvm::DataLayout &DL);

/// Whether accesses of Size bytes at A and OtherSize at B, into the same base,
/// can have a byte in common.
bool canOverlap(const Place &A, uint64_t Size, const Place &B,
                uint64_t OtherSize);

/// Whether an access of Size bytes at Address, which can be one of several
/// bases, can touch the OtherSize bytes at P. Only what steps lead to from P's
/// base is taken to be in it.
bool canTouch(llvm::Value *Address, uint64_t Size, const Place &P,
              uint64_t OtherSize, const llvm::DataLayout &DL);

} // namespace coroinline

#endif
