//! Octets as words, where they lie aligned; and what else depends on the processor.
//!
//! A processor that must not load a word from any address, such as that of an ESP32-C3, loads octet by octet
//! what the compiler does not know to be aligned. Those that are known to need no help are left out: for them
//! the compiler joins accesses to octets by itself.

/// Whether that is worth the trouble here. In unit tests it is, so that they see it on every machine.
pub(crate) const WORTHWHILE: bool =
    cfg!(test) || !cfg!(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"));

/// Whether a second, shorter way for what comes most is worth its code: where there is memory enough. It never
/// does anything that the longer way would not.
pub(crate) const SHORTCUTS: bool = !cfg!(any(target_pointer_width = "32", no_shortcuts));

/// Of what comes first, what is aligned, and what is left.
pub(crate) fn split(octets: &[u8]) -> (&[u8], &[u32], &[u8]) {
    bytemuck::pod_align_to(octets)
}

/// The same, to be changed.
pub(crate) fn split_mut(octets: &mut [u8]) -> (&mut [u8], &mut [u32], &mut [u8]) {
    bytemuck::pod_align_to_mut(octets)
}

/// Both as words. `None`: one of them does not lie aligned, or is no whole number of words.
pub(crate) fn pair<'a, 'b>(from: &'a [u8], to: &'b mut [u8]) -> Option<(&'a [u32], &'b mut [u32])> {
    Some((bytemuck::try_cast_slice(from).ok()?, bytemuck::try_cast_slice_mut(to).ok()?))
}
