//! btree_layers.c in Rust, nested and flattened by hand.
use crate::interleave::{prefetch_range, Suspend};
use crate::{run, Job, MISS};
use core::mem::size_of;
use core::ptr;

pub const KEYS: usize = 15;

#[repr(C)]
pub union Slots {
    child: [*const Node; KEYS + 1],
    value: [u64; KEYS], // in a leaf
}

#[repr(C, align(64))]
pub struct Node {
    key: [u64; KEYS],
    pub count: u64,
    slots: Slots,
}

#[repr(C)]
pub struct Tree {
    pub root: *const Node,
    pub height: u32, // levels of inner nodes
}

fn key_of(node: *const Node, place: usize) -> u64 {
    unsafe { *ptr::addr_of!((*node).key).cast::<u64>().add(place) }
}

pub fn child_of(node: *const Node, place: usize) -> *const Node {
    unsafe {
        *ptr::addr_of!((*node).slots)
            .cast::<*const Node>()
            .add(place)
    }
}

pub fn value_of(node: *const Node, place: usize) -> u64 {
    unsafe { *ptr::addr_of!((*node).slots).cast::<u64>().add(place) }
}

/// The number of keys in the node that are at most `key`, without branches.
pub fn rank_of(node: *const Node, key: u64) -> usize {
    let mut rank = 0;
    for half in [8, 4, 2, 1] {
        rank += half * (key_of(node, rank + half - 1) <= key) as usize;
    }
    rank
}

pub fn prefetch_node(node: *const Node) -> Suspend {
    prefetch_range(node, size_of::<Node>())
}

pub async fn search_node(node: *const Node, key: u64) -> usize {
    prefetch_node(node).await;
    rank_of(node, key)
}

pub async fn descend(tree: &Tree, key: u64) -> *const Node {
    let mut node = tree.root;
    for _ in 0..tree.height {
        node = child_of(node, search_node(node, key).await);
    }
    node
}

/// What a lookup gives that has come to its leaf.
fn result_of(leaf: *const Node, rank: usize, key: u64) -> u64 {
    if rank == 0 || key_of(leaf, rank - 1) != key {
        return MISS;
    }
    value_of(leaf, rank - 1)
}

async fn lookup_nested(tree: &Tree, key: u64) -> u64 {
    let leaf = descend(tree, key).await;
    result_of(leaf, search_node(leaf, key).await, key)
}

async fn lookup_flat(tree: &Tree, key: u64) -> u64 {
    let mut node = tree.root;
    for _ in 0..tree.height {
        prefetch_node(node).await;
        node = child_of(node, rank_of(node, key));
    }
    prefetch_node(node).await;
    result_of(node, rank_of(node, key), key)
}

#[no_mangle]
unsafe extern "C" fn btree_rust_nested(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| lookup_nested(tree, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn btree_rust_flat(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| lookup_flat(tree, job.key(i)))
}
