//! The end of a module that is restarted: what it has said is printed, its connections are ended.

use crate::shared::{OTHERS, Shared, Stage};

/// How long a host may take none of what is printed, and how long the connections may take: a host that does not read any more, and a
/// network that is not there, do not keep a module from starting anew.
const LIMIT_MS: u32 = 1000;

/// From wherever an earlier run has left it.
pub(crate) async fn run(shared: &Shared<'_, '_>) {
    // What the host sends from now on is for the restarted module.
    shared.hold_host.set(true);
    if shared.stage.get() != Stage::Leaving {
        shared.stage.set(Stage::Finishing);
        // Nothing is added any more, so a host that goes on reading comes to the end, however slow it is.
        while stage(shared, || shared.quiet.get() || shared.host_took.get()).await
            && !shared.quiet.get()
        {
            shared.host_took.set(false);
        }
        // A `Close` follows for each connection.
        shared.stage.set(Stage::Leaving);
        shared.step(|state, _| {
            state.module.device.restart();
            1
        });
        shared.act();
    }
    stage(shared, || !shared.in_use.iter().any(core::cell::Cell::get)).await;
    shared.with(|state| state.module.links.iter_mut().for_each(|link| link.conn = None));
    shared.messages[OTHERS].set(None);
    shared.stage.set(Stage::Working);
}

/// Until it is done, or for as long as it may take. False: it took too long.
async fn stage(shared: &Shared<'_, '_>, is_done: impl Fn() -> bool) -> bool {
    let by = shared.now().after(LIMIT_MS);
    shared.stage_by.set(Some(by));
    while !is_done() && shared.now() < by {
        shared.pause().await;
    }
    shared.stage_by.set(None);
    is_done()
}
