//! What a module costs: many of them in one thread, each with three links to one server in another process.
//!
//! `cargo run --release -p wsat-sim --example many -- [MODULES]`, 1000 unless it is said. Linux only: it reads `/proc/self`.

use std::io::{self, BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};
use wsat::device::Config;
use wsat_sim::{Cable, Simulator};

const LINKS: usize = 3;

/// Messages that each link sends and gets back.
const MESSAGES: usize = 10;

const TEXT: &str = "sixteen octets..";

fn main() -> io::Result<()> {
    raise_limit()?;
    match env::args().nth(1).as_deref() {
        Some("server") => serve(),
        Some(number) => measure(number.parse().map_err(io::Error::other)?),
        None => measure(1000),
    }
}

/// Every connection is a file.
fn raise_limit() -> io::Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, limit)?)
}

/// The server's process: it ends with the one that has started it.
fn serve() -> io::Result<()> {
    let mut simulator = Simulator::new(Config::default())?;
    let address = simulator.start_echo_server(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    println!("{address}");
    simulator.run().map(drop)
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn measure(modules: usize) -> io::Result<()> {
    let child = Command::new(env::current_exe()?).arg("server").stdout(Stdio::piped()).spawn()?;
    let mut server = Server(child);
    let mut address = String::new();
    let out = server.0.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
    BufReader::new(out).read_line(&mut address)?;
    let address = address.trim();

    let mut simulator = Simulator::new(Config::default())?;
    let (memory, begun) = (memory()?, Instant::now());
    let mut last = processor()?;
    let cables: Vec<_> = (0..modules).map(|_| simulator.add_cable()).collect();
    say(&mut simulator, &cables, |_| "ATE0\r\n".to_owned(), "OK\r\n")?;
    let mut step = |what: &str, count: usize| -> io::Result<()> {
        let now = processor()?;
        let each = (now - last).as_secs_f64() * 1e6 / count as f64;
        println!("{what}: {each:.1} µs of processor time each");
        last = now;
        Ok(())
    };
    step("a module that is switched on", modules)?;
    let idle = memory_since(memory)?;
    for link in 0..LINKS {
        let open = |_| format!("AT+WSOPEN={link},\"ws://{address}/\"\r\n");
        say(&mut simulator, &cables, open, "OK\r\n")?;
    }
    step("a link that is opened", modules * LINKS)?;
    let open = memory_since(memory)?;
    for _ in 0..MESSAGES {
        for link in 0..LINKS {
            let send = |_| format!("AT+WSSEND={link},{}\r\n", TEXT.len());
            say(&mut simulator, &cables, send, ">")?;
            say(&mut simulator, &cables, |_| TEXT.to_owned(), &format!("{TEXT}\r\n"))?;
        }
    }
    step("a message of 16 octets, there and back", modules * LINKS * MESSAGES)?;
    println!(
        "memory of a module: {} bytes without a link, {} with three",
        idle / modules,
        open / modules
    );
    println!(
        "{modules} modules with {LINKS} links each took {:.1} s in all",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Each module is sent a line, and has printed something that ends so.
fn say(
    simulator: &mut Simulator,
    cables: &[Cable],
    line: impl Fn(usize) -> String,
    end: &str,
) -> io::Result<()> {
    let mut printed = vec![Vec::new(); cables.len()];
    for (i, cable) in cables.iter().enumerate() {
        cable.send(line(i).as_bytes());
    }
    let mut waiting = cables.len();
    let limit = Instant::now() + Duration::from_secs(60);
    while waiting > 0 {
        simulator.turn(Some(Duration::from_millis(100)))?;
        for (cable, printed) in cables.iter().zip(&mut printed) {
            let more = cable.receive();
            if !more.is_empty() {
                printed.extend(more);
                waiting -= usize::from(printed.ends_with(end.as_bytes()));
            }
        }
        if Instant::now() > limit {
            return Err(io::Error::other(format!("{waiting} modules have not answered")));
        }
    }
    Ok(())
}

/// Resident bytes of this process.
fn memory() -> io::Result<usize> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1024).ok_or_else(|| io::Error::other("no VmRSS"))
}

fn memory_since(before: usize) -> io::Result<usize> {
    Ok(memory()?.saturating_sub(before))
}

/// Time that this process has had of a processor, in hundredths of a second.
fn processor() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // Behind the name, which may have spaces, the 12th and the 13th.
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}
