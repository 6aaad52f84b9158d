//! The same module with embassy: `wsat-embassy` between the UART and embassy-net, on embassy's executor.
//!
//! There are no interrupts here, either: a task of its own looks at the devices and the clock in every round of the
//! executor, and wakes who waits for them. On a chip that is the HAL's work.

#![no_std]
#![no_main]

mod alarm;
mod commands;
mod network;
mod port;

use commands::Firmware;
use embassy_executor::Spawner;
use embassy_futures::yield_now;
use port::Port;
use rv32_qemu::commands::COMMANDS;
use rv32_qemu::ethernet::Ethernet;
use rv32_qemu::machine::Machine;
use rv32_qemu::memory;
use rv32_qemu::random::Random;
use static_cell::{ConstStaticCell, StaticCell};
use wsat::Dialect;
use wsat::device::Config;
use wsat_embassy::{Board, EmbassyClock, Memory, Module, NoMessages};

static MEMORY: ConstStaticCell<Memory<{ memory::WINDOW }, 16_384, 256, 512>> =
    ConstStaticCell::new(Memory::new());
static PORT: StaticCell<Port> = StaticCell::new();

#[embassy_executor::main(entry = "riscv_rt::entry")]
async fn main(spawner: Spawner) {
    let machine = Machine::take();
    let mut random = Random::new(machine.entropy);
    let port: &'static Port = PORT.init(Port::new(machine.uart));
    let card = Ethernet::new(machine.network, memory::of_frames());
    let stack = network::start(spawner, card, &mut random);
    spawner.spawn(look(port).expect("there is one"));

    let mut config = Config::new(Dialect::V4_2);
    config.commands = COMMANDS;
    let mut module = Module::new(config, MEMORY.take());
    let mut board = Board {
        rx: port,
        tx: port,
        links: network::links(stack),
        rng: random,
        clock: EmbassyClock,
        program: Firmware,
        messages: NoMessages,
        log: |note| semihosting::println!("module: {note}"),
    };
    loop {
        // It ends with AT+RST, and then it is as new.
        module.run(&mut board).await;
    }
}

/// In the place of interrupts.
#[embassy_executor::task]
async fn look(port: &'static Port) -> ! {
    loop {
        port.look();
        network::look();
        alarm::look();
        yield_now().await;
    }
}
