//! What is done about a panic: it is told, and the machine stops as one that has failed.

use crate::machine;
use core::panic::PanicInfo;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    semihosting::println!("{info}");
    machine::stop(machine::Verdict::Failed)
}
