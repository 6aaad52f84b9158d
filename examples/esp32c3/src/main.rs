//! An ESP-AT module with the WebSocket commands, on an ESP32-C3 or ESP32-C6.

#![no_std]
#![no_main]

mod commands;
mod network;
mod port;
mod version;
mod wifi;

use embassy_executor::Spawner;
use esp_hal::clock::CpuClock;
use esp_hal::rng::Trng;
use esp_hal::system::software_reset;
use esp_hal::timer::timg::TimerGroup;
use static_cell::ConstStaticCell;
use wsat::Dialect;
use wsat::device::Config;
use wsat_embassy::{Board, EmbassyClock, Memory, Module};

esp_bootloader_esp_idf::esp_app_desc!();

/// Records of 2048 bytes, and the longest payload of `AT+WSSEND`.
static MEMORY: ConstStaticCell<Memory<2048, 16_384>> = ConstStaticCell::new(Memory::new());

#[esp_rtos::main]
async fn main(spawner: Spawner) -> ! {
    let chip = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    // For esp-radio. The first is what the bootloader has needed.
    esp_alloc::heap_allocator!(#[esp_hal::ram(reclaimed)] size: 64 * 1024);
    esp_alloc::heap_allocator!(size: 36 * 1024);
    esp_rtos::start(TimerGroup::new(chip.TIMG0).timer0, chip.FROM_CPU_INTR0);

    let stack = network::start(spawner, chip.WIFI);
    let (rx, tx) = port::open(port::pins!(chip));
    let mut config = Config::new(Dialect::V4_2);
    config.commands = commands::COMMANDS;
    config.user_agent = version::USER_AGENT;
    let mut board = Board {
        rx,
        tx,
        links: network::links(stack),
        // The radio is on, and stays so in `AT+CWMODE=0`: so there is noise.
        rng: Trng::try_new().expect("the radio is on"),
        clock: EmbassyClock,
        program: commands::Firmware::new(stack),
        messages: wifi::News,
        log: |note| esp_println::println!("{note}"),
    };
    Module::new(config, MEMORY.take()).run(&mut board).await;
    // AT+RST.
    software_reset()
}

/// A module that has failed starts anew: its host sees `ready`.
#[panic_handler]
fn failed(info: &core::panic::PanicInfo<'_>) -> ! {
    esp_println::println!("{info}");
    software_reset()
}
