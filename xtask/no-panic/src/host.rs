//! Every public function of wsat's module `host`.

use core::fmt::{self, Debug, Display};

use ::wsat::host::{
    CallError, Command, Config, Configure, DataHead, Event, Failure, Host, Join, JoinError, Line,
    Memory, Open, Refused, Request, SendData, Storage, Value,
};
use ::wsat::{DataFormat, Dialect, Instant, LinkId, TlsSettings};
use at_syntax::{Record, Terminator};
use rfc6455::Opcode;

use crate::{any, bytes, debug, keep, show};

pub(crate) fn run() {
    let now = any(Instant::ZERO);
    let mut storage = Storage::<64, 64>::new();
    keep(Storage::<64, 64>::default());
    let (statement, line) = (&mut [0; 8], &mut [0; 8]);
    keep(Memory::new(any::<&mut [u8]>(statement), any::<&mut [u8]>(line)));
    keep(Config::default());
    debug(&storage, |storage, f| Storage::fmt(storage, f));
    let memory = any(Storage::lend(any(&mut storage)));
    debug(&memory, |memory, f| Memory::fmt(memory, f));
    let mut host = Host::new(config(), memory);

    requests(any(&mut host), now);
    module_side(any(&mut host), now);
    keep(Host::give_up(any(&mut host)));
    Host::handle_time(any(&mut host), now);
    keep(Host::poll_deadline(any(&host)));
    show(&Debugged(&host));
    keep(Host::is_busy(any(&host)));
    keep(Host::is_in_step(any(&host)));
    Host::handle_reset(any(&mut host), now);
    keep(Host::link_state(any(&host), any(LinkId::L0)));
    errors();
}

fn config() -> Config {
    static RECORDS: [Record<'static>; 1] = [Record::new(b"IPD", 2, 1)];
    static REPORTS: [&[u8]; 1] = [b"WIFI "];
    let mut config = Config::new(any(Dialect::default()));
    config.terminator = any(Terminator::Byte(0));
    config.records = any::<&[Record<'_>]>(&RECORDS);
    config.reports = any::<&[&[u8]]>(&REPORTS);
    any(config)
}

fn requests(host: &mut Host<'_>, now: Instant) {
    let link = any(LinkId::L0);
    let configure = any(Configure::new(link, any(0), any(0)));
    let configure = any(Configure::with_buffer(configure, any(0)));
    let configure = any(Configure::with_tls(configure, any(TlsSettings::NONE)));

    let open = any(Open::new(link, bytes()));
    let open = any(Open::with_protocol(open, bytes()));
    let open = any(Open::with_timeout(open, any(0)));
    let open = any(Open::with_authorization(open, bytes()));

    keep(SendData::text(link, bytes()));
    let send = any(SendData::streamed(link, any(0)));
    let send = any(SendData::binary(send));
    let send = any(SendData::continuation(send));
    let send = any(SendData::with_opcode(send, any(Opcode::Ping)));
    let send = any(SendData::without_fin(send));
    let send = any(SendData::with_timeout(send, any(0)));

    let join = any(Join::new(bytes(), bytes()));
    show(&Debugged(join));
    show(&Debugged(open));

    let params = [any(Value::Integer(0)), any(Value::String(bytes())), any(Value::Omitted)];
    static LINES: [&[u8]; 1] = [b""];
    keep(Command::execute(bytes()));
    keep(Command::query(bytes()));
    keep(Command::test(bytes()));
    keep(Command::basic(bytes()));
    let command = any(Command::set(bytes(), any::<&[Value<'_>]>(&params)));
    let command = any(Command::with_lines(command, any::<&[&[u8]]>(&LINES)));
    let command = any(Command::with_time(command, any(0)));
    let command = any(Command::with_payload(command, bytes()));
    let command = any(Command::until_send_ok(command));
    let command = any(Command::until_ready(command));

    for request in [
        Request::from(configure),
        Request::from(open),
        Request::from(send),
        Request::from(join),
        Request::from(command),
        Request::AddHeader(bytes()),
        Request::SetFormat(link, any(DataFormat::DEFAULT)),
    ] {
        // Which of all requests it is, too, is not known.
        if let Err(refused) = any(Host::begin(any(host), now, &any(request))) {
            show::<Refused>(&refused);
        }
    }
}

fn module_side(host: &mut Host<'_>, now: Instant) {
    let mut room = [0; 16];
    keep(Host::poll_module(any(host), now, any::<&mut [u8]>(&mut room)));
    keep(Host::handle_payload(any(host), now, any(0)));
    let (taken, event) = any(Host::feed(any(host), now, bytes()));
    keep(taken);
    match event {
        Some(Event::Finished(Err(failure))) => show::<Failure>(&failure),
        Some(Event::Answer(line)) => keep(JoinError::of(&line)),
        Some(Event::Data(data)) => keep(DataHead::ends_message(any(&data.head))),
        event => keep(event),
    }
}

fn errors() {
    keep(JoinError::of(any(&Line::Text(bytes()))));
    show(&Debugged(any(Line::Text(bytes()))));
    show::<JoinError>(&JoinError::Timeout);
    show::<Failure>(&Failure::Busy);
    show::<Refused>(&Refused::Busy);
    show::<CallError>(&CallError::TooMany);
}

/// Shown by its `Debug`, which is written by hand.
struct Debugged<T>(T);

impl Display for Debugged<Join<'_>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Join::fmt(&self.0, f)
    }
}

impl Display for Debugged<Open<'_>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Open::fmt(&self.0, f)
    }
}

impl Display for Debugged<Line<'_>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Line::fmt(&self.0, f)
    }
}

impl Display for Debugged<&Host<'_>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Host::fmt(self.0, f)
    }
}
