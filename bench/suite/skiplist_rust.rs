//! skiplist_layers.c in Rust, nested and flattened by hand.
use crate::interleave::prefetch;
use crate::{run, Job, MISS};
use core::cmp::Ordering;
use core::ptr;

#[repr(C)]
struct Node {
    key: u64,
    value: u64,
    next: [*const Node; 0], // on each level that the node has; null: the last one there
}

#[repr(C)]
struct List {
    head: *const Node,
    top: i32, // the highest level
    nodes: *mut u8,
    bytes: usize,
    stages: usize,
}

fn next_of(node: *const Node, level: i32) -> *const Node {
    unsafe {
        *ptr::addr_of!((*node).next)
            .cast::<*const Node>()
            .add(level as usize)
    }
}

async fn compare(node: *const Node, key: u64) -> Ordering {
    prefetch(node).await;
    unsafe { (*node).key.cmp(&key) }
}

async fn seek(list: &List, key: u64) -> *const Node {
    let mut node = list.head;
    let mut beyond = ptr::null();
    for level in (0..=list.top).rev() {
        let mut next = next_of(node, level);
        while next != beyond {
            match compare(next, key).await {
                Ordering::Equal => return next,
                Ordering::Greater => break,
                Ordering::Less => node = next,
            }
            next = next_of(node, level);
        }
        beyond = next;
    }
    ptr::null()
}

async fn lookup_nested(list: &List, key: u64) -> u64 {
    let node = seek(list, key).await;
    if node.is_null() {
        return MISS;
    }
    unsafe { (*node).value }
}

async fn lookup_flat(list: &List, key: u64) -> u64 {
    let mut node = list.head;
    let mut beyond = ptr::null();
    for level in (0..=list.top).rev() {
        let mut next = next_of(node, level);
        while next != beyond {
            prefetch(next).await;
            match unsafe { (*next).key.cmp(&key) } {
                Ordering::Equal => return unsafe { (*next).value },
                Ordering::Greater => break,
                Ordering::Less => node = next,
            }
            next = next_of(node, level);
        }
        beyond = next;
    }
    MISS
}

#[no_mangle]
unsafe extern "C" fn skiplist_rust_nested(job: &Job) -> u64 {
    let list = &*job.structure.cast();
    run(job, |i| lookup_nested(list, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn skiplist_rust_flat(job: &Job) -> u64 {
    let list = &*job.structure.cast();
    run(job, |i| lookup_flat(list, job.key(i)))
}
