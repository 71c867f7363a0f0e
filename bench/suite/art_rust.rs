//! art_layers.c in Rust, nested and flattened by hand.
use crate::interleave::prefetch;
use crate::{run, Job, MISS};
use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
use core::ptr;

/// A node; with bit 0 set, a leaf; 0: nothing.
type Ref = usize;

#[repr(C)]
struct Leaf {
    key: u64,
    value: u64,
}

#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
enum Kind {
    Of4,
    Of16,
    Of48,
    Of256,
}

/// What all nodes begin with.
#[repr(C)]
struct Node {
    prefix: u64, // a key below this node: all of them have the same bytes before its own
    count: u16,  // of children
    kind: Kind,
    shift: u8, // of a key: leaves the byte that this node tells apart, and those before
}

#[repr(C)]
struct Node4 {
    head: Node,
    bytes: [u8; 4], // of the children, ascending
    child: [Ref; 4],
}

#[repr(C)]
struct Node16 {
    head: Node,
    bytes: [u8; 16], // likewise
    child: [Ref; 16],
}

#[repr(C)]
struct Node48 {
    head: Node,
    place: [u8; 256], // of a byte's child, counted from 1; 0: there is none
    child: [Ref; 48],
}

#[repr(C)]
struct Node256 {
    head: Node,
    child: [Ref; 256],
}

#[repr(C)]
struct Tree {
    root: Ref,
    pool: *mut u8,
    leaves: *mut Leaf,
    count: usize,
    stages: usize,
}

fn is_node(at: Ref) -> bool {
    at != 0 && at & 1 == 0
}

fn node_at(at: Ref) -> *const Node {
    at as *const Node
}

fn leaf_at(at: Ref) -> *const Leaf {
    (at - 1) as *const Leaf
}

fn kind_of(node: *const Node) -> Kind {
    unsafe { (*node).kind }
}

/// The key can't be below the node: a byte before its own is another one.
fn differs(node: *const Node, key: u64) -> bool {
    unsafe { ((*node).prefix ^ key) >> (*node).shift >> 8 != 0 }
}

fn byte_of(node: *const Node, key: u64) -> u8 {
    (key >> unsafe { (*node).shift }) as u8
}

fn slot_4(node: &Node4, byte: u8) -> *const Ref {
    let mut bytes = node.bytes.iter().take(node.head.count as usize);
    match bytes.position(|&other| other == byte) {
        Some(place) => &node.child[place],
        None => ptr::null(),
    }
}

/// The same in one comparison, as in the paper.
fn slot_16(node: &Node16, byte: u8) -> *const Ref {
    let same = unsafe {
        let bytes = _mm_loadu_si128(node.bytes.as_ptr().cast());
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_set1_epi8(byte as i8), bytes))
    };
    let found = same & ((1 << node.head.count) - 1);
    if found == 0 {
        return ptr::null();
    }
    node.child
        .as_ptr()
        .wrapping_add(found.trailing_zeros() as usize)
}

/// Where a node of 48 children has the place of one.
fn place_in(node: *const Node, byte: u8) -> *const u8 {
    unsafe { &(*node.cast::<Node48>()).place[byte as usize] }
}

fn slot_48(node: &Node48, byte: u8) -> *const Ref {
    match node.place[byte as usize] {
        0 => ptr::null(),
        place => node.child.as_ptr().wrapping_add(place as usize - 1),
    }
}

/// Where the byte's child is to be found; null: there is none. Reads the first line of the node, and
/// of one of 48 children the place.
fn slot_of(node: *const Node, byte: u8) -> *const Ref {
    unsafe {
        match kind_of(node) {
            Kind::Of4 => slot_4(&*node.cast(), byte),
            Kind::Of16 => slot_16(&*node.cast(), byte),
            Kind::Of48 => slot_48(&*node.cast(), byte),
            Kind::Of256 => &(*node.cast::<Node256>()).child[byte as usize],
        }
    }
}

/// What a lookup gives that has come to a leaf.
fn result_of(leaf: *const Leaf, key: u64) -> u64 {
    unsafe {
        if (*leaf).key != key {
            return MISS;
        }
        (*leaf).value
    }
}

/// The child of a node that is not in the cache yet. Only the smallest node is a single line.
async fn find_child(node: *const Node, key: u64) -> Ref {
    prefetch(node).await;
    if differs(node, key) {
        return 0;
    }
    let byte = byte_of(node, key);
    if kind_of(node) == Kind::Of48 {
        prefetch(place_in(node, byte)).await;
    }
    let slot = slot_of(node, byte);
    if slot.is_null() {
        return 0;
    }
    if kind_of(node) != Kind::Of4 {
        prefetch(slot).await;
    }
    unsafe { *slot }
}

/// The leaf where the key is, if it is anywhere.
async fn descend(tree: &Tree, key: u64) -> Ref {
    let mut at = tree.root;
    while is_node(at) {
        at = find_child(node_at(at), key).await;
    }
    at
}

/// result_of() a leaf that is not in the cache yet.
async fn compare(leaf: *const Leaf, key: u64) -> u64 {
    prefetch(leaf).await;
    result_of(leaf, key)
}

async fn lookup_nested(tree: &Tree, key: u64) -> u64 {
    match descend(tree, key).await {
        0 => MISS,
        at => compare(leaf_at(at), key).await,
    }
}

async fn lookup_flat(tree: &Tree, key: u64) -> u64 {
    let mut at = tree.root;
    while is_node(at) {
        let node = node_at(at);
        prefetch(node).await;
        if differs(node, key) {
            return MISS;
        }
        let byte = byte_of(node, key);
        if kind_of(node) == Kind::Of48 {
            prefetch(place_in(node, byte)).await;
        }
        let slot = slot_of(node, byte);
        if slot.is_null() {
            return MISS;
        }
        if kind_of(node) != Kind::Of4 {
            prefetch(slot).await;
        }
        at = unsafe { *slot };
    }
    if at == 0 {
        return MISS;
    }
    prefetch(leaf_at(at)).await;
    result_of(leaf_at(at), key)
}

#[no_mangle]
unsafe extern "C" fn art_rust_nested(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| lookup_nested(tree, job.key(i)))
}

#[no_mangle]
unsafe extern "C" fn art_rust_flat(job: &Job) -> u64 {
    let tree = &*job.structure.cast();
    run(job, |i| lookup_flat(tree, job.key(i)))
}
