//! Transcripts: sessions with a module as text files, `*.at`, and the player that holds the core to them.
//!
//! A transcript says what the host sends, what the module prints byte for byte, what the network does and
//! how time passes. Everything that a module does has to be said: a byte, a frame or a connection that no
//! line expects is a difference. The format is described beside the files, in `tests/transcripts/README.md`.
//!
//! A session is played on a virtual clock, with transports that are scripts. Nothing waits, so hours of
//! reconnecting take no time.
//!
//! ```
//! use wsat_sim::transcript::{check, parse};
//!
//! let sessions = parse("session a module answers\nhost AT⏎\n  prints ⏎OK⏎\n").unwrap();
//! assert!(check(&sessions[0]).is_ok());
//!
//! let sessions = parse("session it does not say more\nhost AT⏎\n").unwrap();
//! let difference = check(&sessions[0]).unwrap_err();
//! assert_eq!(difference.line, 2);
//! assert!(difference.to_string().contains("⏎OK⏎"));
//! ```

mod core;
mod difference;
mod elsewhere;
mod format;
mod frame;
mod items;
mod malformed;
mod needs;
mod player;
mod record;
mod request;
mod run;
mod session;
mod text;
mod time;
mod turns;
mod verbs;
mod wire;
mod world;

pub use difference::{Detail, Difference};
pub use elsewhere::{Came, Does, Elsewhere, Sizes, check_elsewhere};
pub use format::parse;
pub use malformed::Malformed;
pub use needs::Need;
pub use player::{Cut, check, play};
pub(crate) use record::Recording;
pub use run::run;
pub use session::Session;
pub use text::visible;
