//! The suite's operations as Rust's `async fn`, nested and flattened by hand: a file for each
//! workload. The structures are those of NAME.h.
#![no_std]
#![allow(unknown_lints, unexpected_cfgs)] // frames: objects.py sets it
#![allow(dead_code)] // what the operations don't look at in C's structures

use core::ffi::c_void;

mod art_rust;
mod bfs_rust;
mod bst_rust;
mod btree_rust;
mod graph_rust;
mod groupby_rust;
mod hops_rust;
#[path = "../peers/interleave.rs"]
mod interleave;
mod join_rust;
mod pagerank_rust;
mod range_rust;
mod search_rust;
mod skiplist_rust;

/// suite.h's suite_job.
#[repr(C)]
pub struct Job {
    structure: *mut c_void,
    keys: *const u64,
    count: usize,
    group: usize,
}

impl Job {
    fn key(&self, i: usize) -> u64 {
        unsafe { *self.keys.add(i) }
    }
}

const MISS: u64 = 3;

/// Tells how large an operation's future is, and runs none.
#[cfg(frames)]
fn run<F: core::future::Future<Output = u64>>(_: &Job, _: impl Fn(usize) -> F) -> u64 {
    core::mem::size_of::<F>() as u64
}

/// What a suite_run does, with operations whose futures `start(i)` makes.
#[cfg(not(frames))]
#[inline(always)]
fn run<F: core::future::Future<Output = u64>>(job: &Job, start: impl Fn(usize) -> F) -> u64 {
    let mut sum = 0u64;
    interleave::interleave(job.group, job.count, start, |i, result| {
        sum = sum.wrapping_add(result.wrapping_mul(2 * i as u64 + 1)); // suite_weigh()
    });
    sum
}

/// join_head() and group_head(): which bucket a key belongs to.
fn bucket(key: u64, shift: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as usize
}
