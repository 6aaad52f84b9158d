//! The firmware: an AT port with WebSocket links.

#![no_std]
#![no_main]

use rv32_qemu::commands::{COMMANDS, Commands};
use rv32_qemu::drive::{Board, turn};
use rv32_qemu::links::Links;
use rv32_qemu::machine::Machine;
use rv32_qemu::random::Random;
use rv32_qemu::{clock, memory};
use wsat::Dialect;
use wsat::device::{Config, Device};

#[riscv_rt::entry]
fn main() -> ! {
    let machine = Machine::take();
    let mut random = Random::new(machine.entropy);
    let links = Links::new(machine.network, memory::of_network(), &mut random, clock::now());
    let mut board = Board { uart: machine.uart, links, random };

    let mut config = Config::new(Dialect::V4_2);
    config.commands = COMMANDS;
    let mut device = Device::new(config, memory::of_device());
    let mut commands = Commands::default();
    loop {
        turn(&mut device, &mut board, &mut commands, clock::now());
    }
}
