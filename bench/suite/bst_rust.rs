//! bst_layers.c in Rust, nested and flattened by hand.
use crate::interleave::prefetch;
use crate::{run, Job, MISS};
use core::cmp::Ordering;
use core::ptr;

#[repr(C)]
struct Node {
    key: u64,
    value: u64,
    sides: [*const Node; 2], // left, right; null: none
}

#[repr(C)]
struct Tree {
    root: *const Node,
    nodes: *mut Node,
    count: usize,
    stages: usize,
}

/// Without a branch, which the processor would guess wrong every other time.
fn below(node: *const Node, order: Ordering) -> *const Node {
    let right = order == Ordering::Greater;
    unsafe {
        *ptr::addr_of!((*node).sides)
            .cast::<*const Node>()
            .add(right as usize)
    }
}

async fn compare(node: *const Node, key: u64) -> Ordering {
    prefetch(node).await;
    key.cmp(unsafe { &(*node).key })
}

async fn descend(tree: &Tree, key: u64) -> *const Node {
    let mut node = tree.root;
    while !node.is_null() {
        let order = compare(node, key).await;
        if order == Ordering::Equal {
            break;
        }
        node = below(node, order);
    }
    node
}

async fn lookup_nested(tree: &Tree, key: u64) -> u64 {
    let node = descend(tree, key).await;
    if node.is_null() {
        return MISS;
    }
    unsafe { (*node).value }
}

async fn lookup_flat(tree: &Tree, key: u64) -> u64 {
    let mut node = tree.root;
    while !node.is_null() {
        prefetch(node).await;
        let order = key.cmp(unsafe { &(*node).key });
        if order == Ordering::Equal {
            return unsafe { (*node).value };
        }
        node = below(node, order);
    }
    MISS
}

#[no_mangle]
unsafe extern "C" fn bst_rust_nested(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| lookup_nested(tree, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn bst_rust_flat(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| lookup_flat(tree, job.key(i)))
}
