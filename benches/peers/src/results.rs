//! What was measured.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Not a library: what could be had at best.
    Limit,
    Ours,
    /// Ours, too, and not what is compared.
    Aside,
    /// For machines without an operating system.
    NoStd,
    Other,
}

/// One library at one workload and size.
pub struct Result {
    pub workload: &'static str,
    pub size: usize,
    pub peer: &'static str,
    pub standing: Standing,
    /// Checks that it does not make.
    pub lacks: Vec<&'static str>,
    pub note: &'static str,
    /// A message.
    pub nanoseconds: f64,
}
