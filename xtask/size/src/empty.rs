//! Nothing, but for what every firmware has: memory is copied and filled.

use crate::{any, gauge, lent, print};

pub(crate) fn run() {
    let (from, to) = (lent!([u8; 64] = [1; 64]), lent!([u8; 64] = [0; 64]));
    gauge::measure("nothing", &mut || {});
    let n = any(64).min(to.len());
    to[..n].fill(any(7));
    to[..n].copy_from_slice(&any(&*from)[..n]);
    print::output(any(&to[..4]));
}
