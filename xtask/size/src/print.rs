//! What a firmware says to `cargo xtask size`: lines by semihosting. Without `core::fmt`, which would be in the size of all.

use semihosting::sys::arm_compat::sys_writec;

/// `NAME NUMBER`, a line.
pub(crate) fn number(name: &str, value: u32) {
    text(name);
    sys_writec(b' ');
    let mut divisor = 1_000_000_000;
    let mut leading = true;
    while divisor > 0 {
        let digit = value / divisor % 10;
        leading &= digit == 0 && divisor > 1;
        if !leading {
            sys_writec(b'0' + digit as u8);
        }
        divisor /= 10;
    }
    sys_writec(b'\n');
}

/// `output HEX`, a line: what has come of it.
pub(crate) fn output(bytes: &[u8]) {
    text("output ");
    for &byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            sys_writec(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
        }
    }
    sys_writec(b'\n');
}

fn text(text: &str) {
    for byte in text.bytes() {
        sys_writec(byte);
    }
}
