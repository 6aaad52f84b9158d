//! Memory that the processor and virtio devices share. There is no MMU and no cache: an address is an address.

use core::cell::UnsafeCell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};
use virtio_drivers::{BufferDirection, Hal, PAGE_SIZE, PhysAddr};

/// Three queues, of two pages each.
const PAGES: usize = 6;

#[repr(C, align(4096))]
struct Pool(UnsafeCell<[[u8; PAGE_SIZE]; PAGES]>);

// SAFETY: each page is given away once, by `dma_alloc`, and never looked at here.
unsafe impl Sync for Pool {}

static POOL: Pool = Pool(UnsafeCell::new([[0; PAGE_SIZE]; PAGES]));
static USED: AtomicUsize = AtomicUsize::new(0);

/// How virtio-drivers gets at memory.
pub struct Dma;

// SAFETY: `dma_alloc` gives zeroed pages of `POOL`, aligned as that is, and no page twice, since there is one hart
// and no interrupt. Physical addresses are virtual ones.
unsafe impl Hal for Dma {
    fn dma_alloc(pages: usize, _: BufferDirection) -> (PhysAddr, NonNull<u8>) {
        let first = USED.load(Ordering::Relaxed);
        assert!(first + pages <= PAGES, "dma::PAGES is too small");
        USED.store(first + pages, Ordering::Relaxed);
        let pool = NonNull::from(&POOL).cast::<[u8; PAGE_SIZE]>();
        // SAFETY: it is inside the pool, as was just checked.
        let page = unsafe { pool.add(first) };
        (page.as_ptr() as PhysAddr, page.cast())
    }

    unsafe fn dma_dealloc(_: PhysAddr, _: NonNull<u8>, _: usize) -> i32 {
        // Devices are never given up.
        0
    }

    unsafe fn mmio_phys_to_virt(_: PhysAddr, _: usize) -> NonNull<u8> {
        unreachable!("there is no PCI")
    }

    unsafe fn share(buffer: NonNull<[u8]>, _: BufferDirection) -> PhysAddr {
        buffer.cast::<u8>().as_ptr() as PhysAddr
    }

    unsafe fn unshare(_: PhysAddr, _: NonNull<[u8]>, _: BufferDirection) {}
}
