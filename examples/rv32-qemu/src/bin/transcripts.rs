//! The same module with another program around it: one that does what it is told by `cargo xtask qemu`, so that sessions written
//! down can be played.
//!
//! It is told by semihosting, in the syntax of AT commands, a line whenever everything is at rest, and the machine stands
//! still until the line is there. So nothing waits for a time, and nothing is in doubt:
//!
//! | line | meaning |
//! |---|---|
//! | `AT+BOOT=…` | the configuration; the first line. Its fields are those of [`boot`] |
//! | `AT+TYPED=<bytes>` | the host has typed so many since the start |
//! | `AT+TEXT=<bytes>` | the program prints as many, which follow |
//! | `AT+ANSWER=<0: OK, 1: ERROR, 2: no such command>` | it answers its command |
//! | `AT+ABORT`, `AT+RESTART` | it gives up a data phase, resets the module |
//!
//! It prints `asks LINE` with a command, as it would be typed, in hexadecimal; `why REASON` of an `ERROR`; and, when everything is at rest,
//! `rest BYTES`, those printed on the AT port since the start.

#![no_std]
#![no_main]

use core::fmt::Debug;
use rv32_qemu::drive::{Board, Program, turn};
use rv32_qemu::links::Links;
use rv32_qemu::machine::Machine;
use rv32_qemu::random::Random;
use rv32_qemu::uart::Uart;
use rv32_qemu::{clock, memory};
use semihosting::io::{Read, Stdin, stdin};
use semihosting::{print, println};
use static_cell::ConstStaticCell;
use wsat::at_syntax::{Form, Name, ParamError, Params, Statement, StatementWriter, Terminator};
use wsat::device::{Answer, Config, Device, Memory};
use wsat::{Dialect, Instant, Quirks};

const DIALECTS: [Dialect; 4] = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2];

static USER_AGENT: ConstStaticCell<[u8; 128]> = ConstStaticCell::new([0; 128]);

#[riscv_rt::entry]
fn main() -> ! {
    let machine = Machine::take();
    let mut random = Random::new(machine.entropy);
    let links = Links::new(machine.network, memory::of_network(), &mut random, clock::now());
    let mut board = Board { uart: machine.uart, links, random };

    let mut line = [0; 512];
    let mut input = stdin().expect("semihosting is on");
    let told = read_line(&mut input, &mut line);
    assert!(told.name.is(Name::Extended(b"BOOT")), "the first line is AT+BOOT");
    let (config, memory) = boot(told.params(), memory::of_device()).expect("AT+BOOT is read");
    let mut device = Device::new(config, memory);
    let mut script = Script { input, typed: 0, text: 0, kept: None };
    loop {
        turn(&mut device, &mut board, &mut script, clock::now());
    }
}

/// `<dialect 0..3>,<quirks>,[<terminator>],<retry delay>,[<payload timeout>],<check text>,<header limit>,"<user agent>",<line>,<payload>,`
/// `<text>,<headers>,<window>,<window>,<window>`
fn boot(
    mut params: Params<'_>,
    mut memory: Memory<'static>,
) -> Result<(Config, Memory<'static>), ParamError> {
    let any = i64::from(u32::MAX);
    let dialect = params.next().integer(0, 3)?;
    let mut config = Config::new(DIALECTS[dialect as usize]);
    config.quirks = Quirks::from_bits_retain(params.next().integer(0, any)? as u32);
    let terminator = params.next();
    if !terminator.is_omitted() {
        config.terminator = Terminator::Byte(terminator.integer(0, 255)? as u8);
    }
    config.retry_delay_ms = params.next().integer(0, any)? as u32;
    let timeout = params.next();
    if !timeout.is_omitted() {
        config.payload_timeout_ms = Some(timeout.integer(0, any)? as u32);
    }
    config.check_text = params.next().integer(0, 1)? == 1;
    config.header_limit = params.next().integer(0, any)? as usize;
    let user_agent = USER_AGENT.take();
    let len = params.next().string()?.write(user_agent).expect("a short user agent");
    config.user_agent = core::str::from_utf8(&user_agent[..len]).expect("UTF-8");
    let mut size = |most: usize| params.next().integer(0, most as i64).map(|size| size as usize);
    let (line, payload) = (size(memory.line.len())?, size(memory.payload.len())?);
    let text = size(memory.links[0].text.len())?;
    let headers = size(memory.headers.len())?;
    shorten(&mut memory.line, line);
    shorten(&mut memory.payload, payload);
    shorten(&mut memory.headers, headers);
    for link in &mut memory.links {
        shorten(&mut link.text, text);
        link.window = size(memory::WINDOW)?;
    }
    params.finish()?;
    Ok((config, memory))
}

fn shorten(memory: &mut &'static mut [u8], len: usize) {
    *memory = &mut core::mem::take(memory)[..len];
}

/// The next line that is told. Without one there is nothing more to do.
fn read_line<'l>(input: &mut Stdin, line: &'l mut [u8; 512]) -> Statement<'l> {
    let mut len = 0;
    while !line[..len].ends_with(b"\r\n") {
        input.read_exact(&mut line[len..=len]).expect(NOBODY);
        len += 1;
    }
    Statement::parse(&line[..len - 2]).expect("a line that is told is a statement")
}

const NOBODY: &str = "nobody says what to do";

/// The program around the module.
struct Script {
    input: Stdin,
    /// What the host has typed since the start.
    typed: usize,
    /// How much text is still to be printed, and the first byte of it if it was read already.
    text: usize,
    kept: Option<u8>,
}

impl Script {
    /// Does what the next line says.
    fn obey(&mut self, device: &mut Device<'_>, now: Instant) {
        let mut line = [0; 512];
        let told = read_line(&mut self.input, &mut line);
        let number =
            || told.params().next().integer(0, i64::from(u32::MAX)).expect("a number") as usize;
        let is = |name: &str| told.name.is(Name::Extended(name.as_bytes()));
        if is("TYPED") {
            self.typed = number();
        } else if is("TEXT") {
            self.text = number();
        } else if is("ANSWER") {
            let answers = [Answer::Ok, Answer::Error, Answer::NoSuchCommand];
            device.handle_answer(now, answers[number()]).expect("a command waits");
        } else if is("ABORT") {
            assert!(device.abort_payload(), "no data phase waits for the host");
        } else if is("RESTART") {
            device.restart();
        } else {
            panic!("{:?} is not known", told.name);
        }
    }

    /// Hands over text, until there is no more or the device has no room.
    fn print_text(&mut self, device: &mut Device<'_>) -> bool {
        let mut any = false;
        while self.text > 0 {
            let mut byte = [0];
            match self.kept.take() {
                Some(kept) => byte[0] = kept,
                None => self.input.read_exact(&mut byte).expect(NOBODY),
            }
            if device.handle_text(&byte) == 0 {
                self.kept = Some(byte[0]);
                break;
            }
            self.text -= 1;
            any = true;
        }
        any
    }
}

impl Program for Script {
    fn command(&mut self, device: &mut Device<'_>, _: Instant) {
        let Some(command) = device.command() else { return };
        let (mut out, mut text) = ([0; 600], [0; 256]);
        let mut writer = StatementWriter::new(0, &mut out, Terminator::CrLf);
        match command.form {
            Form::Execute => writer.execute(command.name),
            Form::Query => writer.query(command.name),
            Form::Test => writer.test(command.name),
            Form::Set => writer.set(command.name),
        };
        let mut params = command.params();
        while params.remaining() {
            let param = params.next();
            if param.is_omitted() {
                writer.omitted();
            } else if let Ok(number) = param.integer(i64::MIN, i64::MAX) {
                writer.integer(number);
            } else {
                let len = param.string().ok().and_then(|string| string.write(&mut text));
                writer.string(&text[..len.expect("a number or a string that fits on a line")]);
            }
        }
        let piece = writer.finish(usize::MAX).expect("what was read can be written");
        print!("asks ");
        for byte in &out[..piece.written.saturating_sub(2)] {
            print!("{byte:02x}");
        }
        println!();
    }

    fn turn(&mut self, device: &mut Device<'_>, uart: &Uart, at_rest: bool, now: Instant) -> bool {
        if self.text > 0 {
            return self.print_text(device);
        }
        let counts = uart.counts();
        if !at_rest || counts.received < self.typed {
            return false;
        }
        println!("rest {}", counts.sent);
        self.obey(device, now);
        true
    }

    fn log(&mut self, why: &dyn Debug) {
        println!("why {why:?}");
    }
}
