//! The clock, which is the PC's once a time server is configured (TCP-IP AT Commands).

use super::{Firmware, Reply};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use wsat::at_syntax::Params;

const GRAMMAR: &str =
    "the grammar is AT+CIPSNTPCFG=<0-1>,<timezone>[,<\"server1\">,<\"server2\">,<\"server3\">]";

/// AT+CIPSNTPCFG, Note: those that are used if none is configured.
const DEFAULT_SERVERS: [&str; 3] = ["cn.ntp.org.cn", "ntp.sjtu.edu.cn", "us.pool.ntp.org"];

/// The clock and its configuration.
#[derive(Debug)]
pub(super) struct Clock {
    enabled: bool,
    /// Minutes that local time is ahead of UTC.
    offset: i64,
    servers: Vec<Vec<u8>>,
    /// It has been set.
    is_set: bool,
    /// When it began to run.
    begin: Instant,
}

impl Clock {
    pub(super) fn new() -> Self {
        let begin = Instant::now();
        Self { enabled: false, offset: 0, servers: Vec::new(), is_set: false, begin }
    }

    /// AT+CIPSNTPTIME, Note: the time is not lost with a restart. AT+SYSSTORE does not name the
    /// configuration: it is.
    pub(super) fn restart(&mut self) {
        (self.enabled, self.offset) = (false, 0);
        self.servers.clear();
    }

    /// Seconds since 1970, in local time. A clock that nobody has set begins with 1970.
    fn local(&self) -> i64 {
        let seconds = if self.is_set {
            SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
        } else {
            self.begin.elapsed().as_secs()
        };
        i64::try_from(seconds).unwrap_or(i64::MAX).saturating_add(self.offset * 60)
    }
}

/// `+CIPSNTPCFG:<enable>,<timezone>,<SNTP server1>[,<SNTP server2>,<SNTP server3>]` (AT+CIPSNTPCFG, Query
/// Command). The time zone is in whole hours, as the note there has it.
pub(super) fn query_config(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    let clock = &firmware.clock;
    let mut text =
        format!("+CIPSNTPCFG:{},{}", u8::from(clock.enabled), clock.offset / 60).into_bytes();
    let quoted = |server: &[u8]| [b",\"", server, b"\""].concat();
    if clock.servers.is_empty() {
        text.extend(DEFAULT_SERVERS.iter().flat_map(|server| quoted(server.as_bytes())));
    } else {
        text.extend(clock.servers.iter().flat_map(|server| quoted(server)));
    }
    text.extend(b"\r\n");
    Reply::ok(text)
}

/// `AT+CIPSNTPCFG=<enable>,<timezone>[,<SNTP server1>,<SNTP server2>,<SNTP server3>]`. The servers are not
/// asked: the PC's clock is right at once. AT+CIPSNTPCFG, Note: `+TIME_UPDATED` says that it is. Decided: no network is
/// needed for it, as for links.
pub(super) fn configure(firmware: &mut Firmware, mut params: Params<'_>) -> Reply {
    let Ok(enable) = params.next().integer(0, 1) else { return Reply::error(GRAMMAR) };
    let zone = params.next();
    // Decided: without a time zone it can only be switched off.
    let zone =
        if enable == 0 { zone.integer_or(0, -1259, 1459) } else { zone.integer(-1259, 1459) };
    let Some(offset) = zone.ok().and_then(offset) else { return Reply::error(GRAMMAR) };
    let mut servers = Vec::new();
    while params.remaining() {
        let server = params.next().string_or_empty();
        let Ok(server) = server else { return Reply::error(GRAMMAR) };
        servers.push(server.bytes().collect());
    }
    if servers.len() > DEFAULT_SERVERS.len() {
        return Reply::error(GRAMMAR);
    }
    servers.retain(|server: &Vec<u8>| !server.is_empty());
    let clock = &mut firmware.clock;
    clock.is_set |= enable == 1;
    (clock.enabled, clock.offset, clock.servers) = (enable == 1, offset, servers);
    if clock.enabled { Reply::ok("").then("+TIME_UPDATED\r\n") } else { Reply::ok("") }
}

/// Minutes ahead of UTC. AT+CIPSNTPCFG, `<timezone>`: whole hours from -12 to 14, otherwise hours and minutes
/// as `[+|-][hh]mm`. Decided: no `+`, which no other integer may have either.
fn offset(zone: i64) -> Option<i64> {
    if (-12..=14).contains(&zone) {
        return Some(zone * 60);
    }
    let (hours, minutes) = (zone / 100, zone % 100);
    ((-12..=14).contains(&hours) && minutes.abs() < 60).then_some(hours * 60 + minutes)
}

/// `+CIPSNTPTIME:<asctime style time>` (AT+CIPSNTPTIME, Query Command)
pub(super) fn query_time(firmware: &mut Firmware, _: Params<'_>) -> Reply {
    Reply::ok(format!("+CIPSNTPTIME:{}\r\n", asctime(firmware.clock.local())))
}

/// As C's `asctime` has it, without the line end: `Mon Oct 18 20:12:27 2021`.
fn asctime(seconds: i64) -> String {
    // 1970-01-01 was a Thursday.
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [(&str, i64); 12] = [
        ("Jan", 31),
        ("Feb", 28),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let weekday = DAYS[usize::try_from(days.rem_euclid(7)).unwrap_or(0)];
    // The calendar repeats itself after 400 years, which have this many days.
    const CYCLE: i64 = 146_097;
    let (mut year, mut day) = (1970 + 400 * days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while day >= 365 + i64::from(is_leap(year)) {
        day -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let mut name = "";
    for (month, length) in MONTHS {
        let length = length + i64::from(month == "Feb" && is_leap(year));
        name = month;
        if day < length {
            break;
        }
        day -= length;
    }
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{weekday} {name} {:2} {hour:02}:{minute:02}:{:02} {year}", day + 1, second % 60)
}

#[cfg(test)]
mod tests;
