//! What a transcript says of the core, in the core's own types. The only file that knows which dialects,
//! quirks and kinds of memory the core has.

use super::{session::Settings, text::visible};
use wsat::{
    Dialect, Quirks,
    at_syntax::{Form, Name, Param, Statement, Terminator},
    device::{Answer, Config, FirmwareCommand, LinkMemory, Memory, Missing, Target},
};

const DIALECTS: [(&str, Dialect); 4] = [
    ("v3.1", Dialect::V3_1),
    ("v3.3", Dialect::V3_3),
    ("v4.1", Dialect::V4_1),
    ("v4.2", Dialect::V4_2),
];

const PRESETS: [(&str, Quirks); 3] = [
    ("documented", Quirks::DOCUMENTED),
    ("firmware-3.2", Quirks::FIRMWARE_3_2),
    ("firmware-latest", Quirks::FIRMWARE_LATEST),
];

/// A dialect by its name; empty: the default.
pub(super) fn dialect(name: &str) -> Result<Dialect, String> {
    if name.is_empty() {
        return Ok(Dialect::default());
    }
    let found = DIALECTS.iter().find(|(known, _)| *known == name);
    found.map(|(_, dialect)| *dialect).ok_or_else(|| {
        let known: Vec<_> = DIALECTS.iter().map(|(known, _)| *known).collect();
        format!("a dialect that this core has: {}", known.join(", "))
    })
}

/// Quirks by their names, or those of a preset; empty: none.
pub(super) fn quirks(names: &str) -> Result<Quirks, String> {
    if names.is_empty() {
        return Ok(Quirks::DOCUMENTED);
    }
    if let Some((_, quirks)) = PRESETS.iter().find(|(known, _)| *known == names) {
        return Ok(*quirks);
    }
    let named = names.split(',').map(|name| Quirks::from_name(name.trim()));
    named.collect::<Option<Quirks>>().ok_or_else(|| {
        let presets: Vec<_> = PRESETS.iter().map(|(known, _)| *known).collect();
        format!("quirks that this core has: {}, or names such as PROMPT_FIRST", presets.join(", "))
    })
}

/// The header lines of a device: what is not as its dialect has it.
pub(super) fn config_lines(config: &Config) -> String {
    let usual = Config::new(config.dialect);
    let dialect = DIALECTS.iter().find(|(_, known)| *known == config.dialect);
    let mut lines = format!("dialect {}\n", dialect.map_or("", |(name, _)| name));
    let mut line = |text: String| lines += &(text + "\n");
    let preset = PRESETS.iter().find(|(_, known)| *known == config.quirks);
    let names = || config.quirks.iter_names().map(|(name, _)| name).collect::<Vec<_>>().join(",");
    line(format!("quirks {}", preset.map_or_else(names, |(name, _)| (*name).to_owned())));
    if let Terminator::Byte(byte) = config.terminator {
        line(format!("terminator \\x{byte:02x}"));
    }
    if config.retry_delay_ms != usual.retry_delay_ms {
        line(format!("retry-delay {}", config.retry_delay_ms));
    }
    if let Some(millis) = config.payload_timeout_ms {
        line(format!("payload-timeout {millis}"));
    }
    if config.check_text {
        line("check-text on".to_owned());
    }
    if config.header_limit != usual.header_limit {
        line(format!("header-limit {}", config.header_limit));
    }
    if !config.user_agent.is_empty() {
        line(format!("user-agent {}", visible(config.user_agent.as_bytes())));
    }
    if !config.commands.is_empty() {
        let commands = config.commands.iter().map(|command| {
            let FirmwareCommand { name, test, query, set, execute, .. } = *command;
            let forms = [test, query, set, execute].map(u8::from);
            format!(" {name},{},{},{},{}", forms[0], forms[1], forms[2], forms[3])
        });
        line(format!("commands{}", commands.collect::<String>()));
    }
    lines
}

/// Commands of the embedding program as a header line has them. The core wants what lives as long as the program, and a
/// transcript has few of them.
pub(super) fn commands(text: &str) -> Result<&'static [FirmwareCommand], String> {
    let command = |text: &str| {
        let mut parts = text.split(',');
        let name = parts.next().filter(|name| name.starts_with('+'))?;
        let mut form = || match parts.next()? {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        };
        let (test, query, set, execute) = (form()?, form()?, form()?, form()?);
        let name: &str = name.to_owned().leak();
        parts.next().is_none().then_some(FirmwareCommand { name, test, query, set, execute })
    };
    let all: Option<Vec<_>> = text.split_whitespace().map(command).collect();
    all.map(|all| &*all.leak()).ok_or_else(|| {
        "commands +NAME,TEST,QUERY,SET,EXECUTE with 0 or 1 each, and more of them".to_owned()
    })
}

pub(super) fn config(settings: &Settings) -> Result<Config, String> {
    let mut config = Config::new(dialect(&settings.dialect)?);
    config.quirks = quirks(&settings.quirks)?;
    config.payload_timeout_ms = settings.payload_timeout_ms;
    config.check_text = settings.check_text;
    if let Some(byte) = settings.terminator {
        config.terminator = Terminator::Byte(byte);
    }
    if let Some(millis) = settings.retry_delay_ms {
        config.retry_delay_ms = millis;
    }
    if let Some(limit) = settings.header_limit {
        config.header_limit = limit;
    }
    if !settings.user_agent.is_empty() {
        // The core wants text that lives as long as the program. A transcript has few of them.
        config.user_agent = settings.user_agent.clone().leak();
    }
    config.commands = settings.commands;
    Ok(config)
}

/// The memory of one module.
pub(super) struct Lent {
    line: Vec<u8>,
    payload: Vec<u8>,
    headers: Vec<u8>,
    texts: [Vec<u8>; 3],
    windows: [usize; 3],
}

impl Lent {
    pub(super) fn new(settings: &Settings) -> Self {
        let text = vec![0; settings.text_memory];
        Self {
            line: vec![0; settings.line_memory],
            payload: vec![0; settings.payload_memory],
            headers: vec![0; settings.header_memory],
            texts: [text.clone(), text.clone(), text],
            windows: settings.windows,
        }
    }

    pub(super) fn memory(&mut self) -> Memory<'_> {
        let [a, b, c] = &mut self.texts;
        let [wa, wb, wc] = self.windows;
        let links = [LinkMemory::new(a, wa), LinkMemory::new(b, wb), LinkMemory::new(c, wc)];
        Memory::new(&mut self.line, &mut self.payload, links).with_headers(&mut self.headers)
    }
}

/// Checks a target as a transcript writes it: `HOST:PORT`, or `tls HOST:PORT` and perhaps ` certificate N`
/// and ` authority N`.
pub(super) fn target(text: &str) -> Result<String, String> {
    let known = "HOST:PORT, or tls HOST:PORT, and perhaps certificate N and authority N after that";
    let (target, tls) = match text.strip_prefix("tls ") {
        Some(target) => (target, true),
        None => (text, false),
    };
    let mut words = target.split(' ');
    let (host, port) = words.next().unwrap_or_default().rsplit_once(':').ok_or(known)?;
    let rest: Vec<_> = words.collect();
    let number = |text: &str| text.parse::<u8>().is_ok();
    let asked = match rest[..] {
        [] => true,
        ["certificate" | "authority", n] => tls && number(n),
        ["certificate", n, "authority", m] => tls && number(n) && number(m),
        _ => false,
    };
    let good = !host.is_empty() && port.parse::<u16>().is_ok() && asked;
    if good { Ok(text.to_owned()) } else { Err(known.to_owned()) }
}

/// A target of the core, written likewise.
pub(super) fn visible_target(target: &Target<'_>) -> String {
    let mut text =
        format!("{}{}:{}", if target.secure { "tls " } else { "" }, target.host, target.port);
    if target.secure {
        let numbers =
            [("certificate", target.tls.certificate), ("authority", target.tls.authority)];
        for (name, number) in numbers {
            text.extend(number.map(|number| format!(" {name} {number}")));
        }
    }
    text
}

/// What a transport lacks, by a transcript's word for it.
pub(super) fn missing(text: &str) -> Result<Missing, String> {
    match text {
        "certificate" => Ok(Missing::Certificate),
        "key" => Ok(Missing::PrivateKey),
        "authority" => Ok(Missing::Authority),
        _ => Err("missing LINK certificate, key or authority".to_owned()),
    }
}

/// The result of the embedding program's command, likewise.
pub(super) fn answer(text: &str) -> Option<Answer> {
    match text {
        "ok" => Some(Answer::Ok),
        "error" => Some(Answer::Error),
        "no-such-command" => Some(Answer::NoSuchCommand),
        _ => None,
    }
}

/// The bytes of memory that a session asks for.
pub(super) fn sizes(settings: &Settings) -> super::elsewhere::Sizes {
    super::elsewhere::Sizes {
        line: settings.line_memory,
        payload: settings.payload_memory,
        text: settings.text_memory,
        headers: settings.header_memory,
        windows: settings.windows,
    }
}

/// A command for the embedding program: its name in capitals, its form, and its parameters as they are
/// understood.
pub(super) fn visible_command(statement: &Statement<'_>) -> String {
    let name = match statement.name {
        Name::Basic(name) => visible(&name.to_ascii_uppercase()),
        Name::Extended(name) => format!("+{}", visible(&name.to_ascii_uppercase())),
    };
    let form = match statement.form {
        Form::Execute => String::new(),
        Form::Query => "?".to_owned(),
        Form::Test => "=?".to_owned(),
        Form::Set => {
            let mut params = statement.params();
            let mut fields = Vec::new();
            while params.remaining() {
                fields.push(visible_param(params.next()));
            }
            format!("={}", fields.join(","))
        }
    };
    format!("AT{name}{form}")
}

fn visible_param(param: Param<'_>) -> String {
    if param.is_omitted() {
        return String::new();
    }
    if let Ok(number) = param.integer(i64::MIN, i64::MAX) {
        return number.to_string();
    }
    let Ok(text) = param.string() else { return "?".to_owned() };
    let mut bytes = vec![0; 1024];
    let len = text.write(&mut bytes).unwrap_or(0);
    format!("\"{}\"", visible(&bytes[..len]))
}
