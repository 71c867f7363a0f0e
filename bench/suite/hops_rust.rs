//! hops_layers.c in Rust, nested and flattened by hand.
use crate::interleave::prefetch;
use crate::{run, Job};

#[repr(C)]
struct Node {
    next: *const Node,
    payload: u64,
    unused: [u64; 6],
}

#[repr(C)]
struct Hops {
    nodes: *const Node,
    count: usize,
    calls: u32,
    depth: u32,
}

const HOPS: u32 = 16;

struct Cursor {
    node: *const Node,
    sum: u64,
    layers: u64,
    taken: u32,
    calls: u32,
    left: u32,
}

impl Cursor {
    fn new(hops: &Hops, key: u64) -> Self {
        Cursor {
            node: unsafe { hops.nodes.add(key as usize) },
            sum: 0,
            layers: 0,
            taken: 0,
            calls: hops.calls,
            left: HOPS,
        }
    }

    fn is_new(&self) -> bool {
        self.taken == 0
    }

    fn take(&mut self) -> bool {
        let node = unsafe { &*self.node };
        self.sum = self.sum.rotate_left(1).wrapping_add(node.payload);
        self.taken += 1;
        if self.taken < self.calls {
            return true;
        }
        self.taken = 0;
        self.node = node.next;
        self.left -= 1;
        self.left > 0
    }

    fn result(&self) -> u64 {
        self.sum.wrapping_add(self.layers)
    }
}

async fn layer1(cursor: &mut Cursor) -> bool {
    cursor.layers += 1;
    if cursor.is_new() {
        prefetch(cursor.node).await;
    }
    cursor.take()
}

macro_rules! layer {
    ($this:ident, $below:ident) => {
        async fn $this(cursor: &mut Cursor) -> bool {
            cursor.layers += 1;
            $below(cursor).await
        }
    };
}

layer!(layer2, layer1);
layer!(layer3, layer2);
layer!(layer4, layer3);
layer!(layer5, layer4);
layer!(layer6, layer5);
layer!(layer7, layer6);
layer!(layer8, layer7);
layer!(layer9, layer8);

macro_rules! run_nested {
    ($job:expr, $hops:expr, $($depth:literal => $layer:ident,)*) => {
        match $hops.depth {
            $($depth => {
                async fn lookup(hops: &Hops, key: u64) -> u64 {
                    let mut cursor = Cursor::new(hops, key);
                    while $layer(&mut cursor).await {}
                    cursor.result()
                }
                run($job, |i| lookup($hops, $job.key(i)))
            })*
            _ => 0,
        }
    };
}

async fn lookup_flat(hops: &Hops, key: u64) -> u64 {
    let mut cursor = Cursor::new(hops, key);
    let depth = hops.depth as u64;
    loop {
        cursor.layers += depth;
        if cursor.is_new() {
            prefetch(cursor.node).await;
        }
        if !cursor.take() {
            return cursor.result();
        }
    }
}

#[no_mangle]
unsafe extern "C" fn hops_rust_nested(job: &Job) -> u64 {
    let hops = &*job.structure.cast::<Hops>();
    run_nested!(job, hops,
        1 => layer1, 2 => layer2, 3 => layer3, 4 => layer4, 5 => layer5, 6 => layer6,
        7 => layer7, 8 => layer8, 9 => layer9,
    )
}

#[no_mangle]
unsafe extern "C" fn hops_rust_flat(job: &Job) -> u64 {
    let hops = &*job.structure.cast();
    run(job, |i| lookup_flat(hops, job.key(i)))
}
