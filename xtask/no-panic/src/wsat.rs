//! Every public function of wsat but those of its module `host`.

use core::fmt::Debug;

use ::wsat::device::{
    Action, Answer, CallError, Config, Conn, Device, LinkMemory, Memory, Missing, Refusal, Storage,
};
use ::wsat::{DataFormat, DataMask, Dialect, Instant, Level, LinkId, Quirks, TlsSettings};
use at_syntax::{ParamError, ParamErrorKind};
use rand_core::CryptoRng;

use crate::{Random, any, bytes, debug, keep, show};

pub(crate) fn run() {
    small_values();
    let now = any(Instant::ZERO);
    let mut storage = Storage::<64, 64, 64>::new();
    keep(Storage::<64, 64, 64>::default());
    keep(Dialect::max_payload(any(Dialect::default())));
    keep(Config::default());
    let (line, payload, text) = (&mut [0; 8], &mut [0; 8], &mut [0; 8]);
    let link = |text| LinkMemory::new(any::<&mut [u8]>(text), any(0));
    let links = any([link(text), link(&mut []), link(&mut [])]);
    let memory = Memory::new(any::<&mut [u8]>(line), any::<&mut [u8]>(payload), links);
    keep(Memory::with_headers(memory, any::<&mut [u8]>(&mut [0; 8])));
    keep(Quirks::from_bits_truncate(any(0)).contains(any(Quirks::FIRMWARE_3_2)));
    let config = any(Config::new(any(Dialect::default())));
    debug(&link(&mut []), |memory, f| LinkMemory::fmt(memory, f));
    debug(&storage, |storage, f| Storage::fmt(storage, f));
    let memory = any(Storage::lend(any(&mut storage), any([0; 3])));
    debug(&memory, |memory, f| Memory::fmt(memory, f));
    let mut headers = [0; 32];
    let memory = memory.with_headers(any::<&mut [u8]>(&mut headers));
    let mut device = Device::new(config, memory);

    debug(&device, |device, f| Device::fmt(device, f));
    device_side(any(&mut device), now);
    Device::restart(any(&mut device));

    if let Some(Action::Open(conn) | Action::Close(conn)) =
        any(Device::poll_action(any(&mut device)))
    {
        keep(Conn::link(conn));
        peer_side(any(&mut device), now, conn);
    }
    keep(Device::poll_deadline(any(&device)));
    Device::handle_time(any(&mut device), now);
}

fn small_values() {
    keep(LinkId::number(any(LinkId::L0)));
    keep(LinkId::from_number(any(0)));
    keep(Level::number(any(Level::Chunk)));
    keep(Level::from_number(any(0)));
    keep(DataFormat::default());
    let tls = any(TlsSettings::with_certificate(any(TlsSettings::NONE), any(0)));
    keep(TlsSettings::with_authority(tls, any(0)));

    // Made by the macro of bitflags: these are the ones that a caller needs for a format.
    keep(DataMask::from_bits(any(0)));
    keep(DataMask::from_bits_truncate(any(0)));
    keep(DataMask::contains(&any(DataMask::FIN), any(DataMask::OPCODE)));
    keep(DataMask::union(any(DataMask::FIN), any(DataMask::OPCODE)));
    keep(DataMask::bits(&any(DataMask::FIN)));
}

fn device_side(device: &mut Device<'_>, now: Instant) {
    let mut room = [0; 16];
    keep(Device::handle_host(any(device), now, bytes()));
    keep(Device::command(any(device)));
    keep(Device::is_busy(any(device)));
    keep(Device::is_between_units(any(device)));
    Device::handle_message_due(any(device));
    keep(Device::abort_payload(any(device)));
    keep(Device::abort_record(any(device)));
    keep(Device::link_state(any(device), any(0)));
    keep(Device::poll_failure(any(device)));
    keep(Device::handle_text(any(device), bytes()));
    keep(Device::handle_answer(any(device), now, any(Answer::Ok)));
    keep(Device::poll_host(any(device), now, any::<&mut [u8]>(&mut room)));
    if let Some(refusal) = any(Device::poll_refusal(any(device))) {
        keep(Refusal::code(&refusal));
        show::<Refusal>(&refusal);
    }
}

fn peer_side(device: &mut Device<'_>, now: Instant, conn: Conn) {
    let mut room = [0; 16];
    let mut random = Random;
    let random: &mut dyn CryptoRng = any(&mut random);
    keep(Device::target(any(device), conn));
    Device::handle_up(any(device), now, conn);
    keep(Device::handle_peer(any(device), now, conn, bytes(), bytes()));
    keep(Device::handle_relayed(any(device), now, conn, any(0)));
    keep(Device::poll_peer(any(device), conn, random, any::<&mut [u8]>(&mut room)));
    keep(Device::handle_sent(any(device), now, conn, any(0)));
    Device::handle_failed(any(device), now, conn, any(Missing::Authority));
    show::<Missing>(&any(Missing::Authority));
    Device::handle_eof(any(device), now, conn);
    keep(Refusal::from(any(ParamError { index: 0, kind: ParamErrorKind::TooMany })));
    show::<CallError>(&any(CallError::TooMany));
}
