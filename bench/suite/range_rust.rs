//! range_layers.c in Rust, nested and flattened by hand.
use crate::btree_rust::{child_of, descend, prefetch_node, rank_of, search_node, value_of};
use crate::btree_rust::{Node, Tree, KEYS};
use crate::{run, Job};

fn count_of(leaf: *const Node) -> usize {
    unsafe { (*leaf).count as usize }
}

/// The leaf behind another one; null: that is the last one.
fn leaf_behind(leaf: *const Node) -> *const Node {
    child_of(leaf, KEYS)
}

fn first_of(key: u64) -> u64 {
    key & ((1 << 56) - 1)
}

fn add(sum: u64, value: u64) -> u64 {
    sum.rotate_left(1).wrapping_add(value)
}

struct Cursor {
    leaf: *const Node,
    place: usize,
}

async fn next_leaf(leaf: *const Node) -> *const Node {
    let next = leaf_behind(leaf);
    if !next.is_null() {
        prefetch_node(next).await;
    }
    next
}

async fn next_value(cursor: &mut Cursor) -> Option<u64> {
    if cursor.place == count_of(cursor.leaf) {
        let leaf = next_leaf(cursor.leaf).await;
        if leaf.is_null() {
            return None;
        }
        *cursor = Cursor { leaf, place: 0 };
    }
    cursor.place += 1;
    Some(value_of(cursor.leaf, cursor.place - 1))
}

async fn scan_nested(tree: &Tree, key: u64) -> u64 {
    let first = first_of(key);
    let leaf = descend(tree, first).await;
    let place = search_node(leaf, first - 1).await;
    let mut cursor = Cursor { leaf, place };
    let mut sum = 0;
    for _ in 0..key >> 56 {
        match next_value(&mut cursor).await {
            Some(value) => sum = add(sum, value),
            None => break,
        }
    }
    sum
}

async fn scan_flat(tree: &Tree, key: u64) -> u64 {
    let first = first_of(key);
    let mut node = tree.root;
    for _ in 0..tree.height {
        prefetch_node(node).await;
        node = child_of(node, rank_of(node, first));
    }
    prefetch_node(node).await;
    let mut place = rank_of(node, first - 1);
    let mut sum = 0;
    for _ in 0..key >> 56 {
        if place == count_of(node) {
            node = leaf_behind(node);
            if node.is_null() {
                break;
            }
            prefetch_node(node).await;
            place = 0;
        }
        sum = add(sum, value_of(node, place));
        place += 1;
    }
    sum
}

#[no_mangle]
unsafe extern "C" fn range_rust_nested(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| scan_nested(tree, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn range_rust_flat(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| scan_flat(tree, job.key(i)))
}
