//! What this firmware calls itself.

macro_rules! version {
    () => {
        env!("CARGO_PKG_VERSION")
    };
}

/// Answers `AT+GMR`. The first line has the first release of ESP-AT with this grammar, and says whose this is.
pub(crate) const TEXT: &str = concat!(
    "AT version:5.1.0.0(wsat ",
    version!(),
    ")\r\nSDK version:esp-hal\r\ncompile time:none\r\nBin version:",
    version!(),
    "(",
    env!("CARGO_PKG_NAME"),
    ")\r\n"
);

/// In requests to servers.
pub(crate) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", version!());
