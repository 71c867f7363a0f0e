//! join_layers.c in Rust, nested and flattened by hand.
use crate::interleave::prefetch;
use crate::{bucket, run, Job, MISS};

#[repr(C)]
struct Node {
    key: u64,
    payload: u64,
    next: *const Node, // null: the last one
    unused: u64,
}

#[repr(C)]
struct Table {
    heads: *const *const Node,
    shift: u32,
    nodes: *mut Node,
    count: usize,
    stages: usize,
}

impl Table {
    fn head(&self, key: u64) -> *const *const Node {
        unsafe { self.heads.add(bucket(key, self.shift)) }
    }
}

async fn is_match(node: *const Node, key: u64) -> bool {
    prefetch(node).await;
    unsafe { (*node).key == key }
}

async fn find(table: &Table, key: u64) -> *const Node {
    let head = table.head(key);
    prefetch(head).await;
    let mut node = unsafe { *head };
    while !node.is_null() && !is_match(node, key).await {
        node = unsafe { (*node).next };
    }
    node
}

async fn probe_nested(table: &Table, key: u64) -> u64 {
    let node = find(table, key).await;
    if node.is_null() {
        return MISS;
    }
    unsafe { (*node).payload }
}

async fn probe_flat(table: &Table, key: u64) -> u64 {
    let head = table.head(key);
    prefetch(head).await;
    let mut node = unsafe { *head };
    while !node.is_null() {
        prefetch(node).await;
        if unsafe { (*node).key } == key {
            return unsafe { (*node).payload };
        }
        node = unsafe { (*node).next };
    }
    MISS
}

#[no_mangle]
unsafe extern "C" fn join_rust_nested(job: &Job) -> u64 {
    let table = &*job.structure.cast();
    run(job, |i| probe_nested(table, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn join_rust_flat(job: &Job) -> u64 {
    let table = &*job.structure.cast();
    run(job, |i| probe_flat(table, job.key(i)))
}
