//! A page in a headless Chromium, as a client of the example `echo_server`.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::process::{Listen, Process};
use super::tools;
use crate::Outcome;
use crate::cargo::{read, root};

/// Until the page has its verdict; a browser that starts for the first time takes its time.
const LIMIT: Duration = Duration::from_secs(60);
const REQUEST: Duration = Duration::from_secs(5);

/// Flags that keep it to this one page.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-proxy-server",
];

pub(crate) fn run(echo_server: &Path, dir: &Path, logs: &Path) -> Outcome {
    let mut command = Command::new(echo_server);
    let echo =
        Process::start(command.arg("127.0.0.1:0"), Listen::Stdout, &logs.join("echo_server.log"))?;
    let uri = format!("ws://{}", echo.first("ws://", super::LIMIT)?);
    let pages = TcpListener::bind("127.0.0.1:0").map_err(|error| format!("no port ({error})"))?;
    pages.set_nonblocking(true).map_err(|error| format!("no port ({error})"))?;
    let address = pages.local_addr().map_err(|error| format!("no port ({error})"))?;

    let profile = dir.join("chromium");
    // One of an earlier run would be taken as it is.
    let _ = std::fs::remove_dir_all(&profile);
    let log = logs.join("chromium.log");
    let mut command = Command::new(tools::chromium()?);
    command.args(FLAGS).arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("http://{address}/?{uri}"));
    let mut browser = Process::start(&mut command, Listen::Stdout, &log)?;

    let page = read(&root().join("interop/browser.html"))?;
    let until = Instant::now() + LIMIT;
    while Instant::now() < until && !browser.has_ended() {
        match pages.accept() {
            // Of a request that cannot be answered nothing is known; the page's verdict is what counts.
            Ok((stream, _)) => match answer(stream, &page).unwrap_or_default() {
                Some(verdict) if verdict == "passed" => return Ok(()),
                Some(verdict) => {
                    return Err(format!("expected that the page says passed, got {verdict}"));
                }
                None => {}
            },
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(format!("no page can be served ({error})")),
        }
    }
    Err(format!(
        "expected a verdict of the page within {} s, got none, see {}",
        LIMIT.as_secs(),
        log.display()
    ))
}

/// Answers one request: the page, or thanks for the verdict, which is returned.
fn answer(mut stream: TcpStream, page: &str) -> io::Result<Option<String>> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(REQUEST))?;
    let mut request = String::new();
    let mut bytes = [0; 4096];
    loop {
        let n = stream.read(&mut bytes)?;
        request.push_str(&String::from_utf8_lossy(&bytes[..n]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else {
            if n == 0 {
                return Ok(None);
            }
            continue;
        };
        let length = head
            .to_ascii_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
        if n > 0 && body.len() < length.unwrap_or(0) {
            continue;
        }
        let (status, text) = match head.split(' ').nth(1) {
            Some(path) if path.starts_with("/?") => ("200 OK", page),
            Some("/verdict") => ("200 OK", ""),
            _ => ("404 Not Found", ""),
        };
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{text}",
            text.len()
        )?;
        return Ok(head.starts_with("POST /verdict ").then(|| body.to_owned()));
    }
}
