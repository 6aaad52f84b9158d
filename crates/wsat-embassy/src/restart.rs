//! The end of a module that is restarted: what it has said is printed, its connections are ended.

use crate::shared::{Shared, Stage};

/// How long each of the two may take: a host that does not read any more, and a network that is not there, do not keep a module from
/// starting anew.
const LIMIT_MS: u32 = 1000;

pub(crate) async fn run(shared: &Shared<'_, '_>) {
    // What the host sends from now on is for the restarted module.
    shared.hold_host.set(true);
    stage(shared, Stage::Finishing, || shared.quiet.get()).await;
    // A `Close` follows for each connection.
    shared.stage.set(Stage::Leaving);
    shared.step(|state, _| {
        state.module.device.restart();
        1
    });
    shared.act();
    stage(shared, Stage::Leaving, || !shared.in_use.iter().any(core::cell::Cell::get)).await;
    shared.with(|state| state.module.links.iter_mut().for_each(|link| link.conn = None));
}

/// Until it is done, or for as long as it may take.
async fn stage(shared: &Shared<'_, '_>, stage: Stage, is_done: impl Fn() -> bool) {
    shared.stage.set(stage);
    let by = shared.now().after(LIMIT_MS);
    shared.stage_by.set(Some(by));
    while !is_done() && shared.now() < by {
        shared.pause().await;
    }
    shared.stage_by.set(None);
}
