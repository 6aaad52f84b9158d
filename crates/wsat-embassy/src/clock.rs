//! Time, as the module needs it.

use wsat::Instant;

/// A clock that does not go back, and an alarm. `EmbassyClock` is the one of embassy-time.
#[expect(async_fn_in_trait, reason = "one executor polls it: it need not be Send")]
pub trait Clock {
    /// The time since some moment that stays the same.
    fn now(&self) -> Instant;

    /// Waits until then. It is dropped when something else comes first.
    async fn wait_until(&self, at: Instant);
}
