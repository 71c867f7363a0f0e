#!/bin/sh
# Prints the size of the frame that parent.resume in a file of IR takes, and its calls but for intrinsics.
sed -n '/^define .*@parent\.resume(/,/^}/p' "$1" >resume.ll
sed -n '1s/.*dereferenceable(\([0-9]*\)).*/frame of \1 bytes/p' resume.ll
grep -E '\bcall\b' resume.ll | grep -v '@llvm\.' | sed -e 's/.*call \(.*\)(.*/\1/' -e 's/%.*/a pointer/'
