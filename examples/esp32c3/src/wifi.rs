//! The station: it joins the network that it is told to join, and comes back to it by itself.

use core::cell::RefCell;
use embassy_futures::select::{Either, select};
use embassy_net::Stack;
use embassy_sync::blocking_mutex::{Mutex, raw::CriticalSectionRawMutex};
use embassy_sync::channel::Channel;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Timer, with_timeout};
use esp_radio::wifi::sta::{ConnectedInfo, StationConfig};
use esp_radio::wifi::{
    AuthenticationMethodConfig, Config, ConnectionError, DisconnectReason, Password, Ssid,
    WifiController,
};
use wsat_embassy::{Messages, Port};

/// AT+CWJAP, Parameters: `<jap_timeout>`, and `<reconn_interval>`.
const JOIN: Duration = Duration::from_secs(15);
const COME_BACK: Duration = Duration::from_secs(1);

/// How often it is looked whether the station is still in its network.
const LOOK: Duration = Duration::from_secs(1);

/// Messages that may wait to be printed; behind a host that does not read, later ones are lost.
const MESSAGES: usize = 8;

const CONNECTED: &str = "WIFI CONNECTED\r\n";
const GOT_IP: &str = "WIFI GOT IP\r\n";
const DISCONNECT: &str = "WIFI DISCONNECT\r\n";

/// A network and its password. It cannot be printed.
pub(crate) struct Network {
    pub(crate) name: Ssid,
    /// None: the network is open.
    pub(crate) password: Option<Password>,
}

/// The network that the station is in.
#[derive(Clone)]
pub(crate) struct Joined {
    pub(crate) name: Ssid,
    pub(crate) bssid: [u8; 6],
    pub(crate) channel: u8,
    pub(crate) rssi: i32,
}

/// Why a network cannot be joined: `<error code>` of AT+CWJAP.
#[derive(Clone, Copy)]
pub(crate) enum JoinError {
    Timeout = 1,
    Password = 2,
    NotFound = 3,
    Failed = 4,
}

enum Request {
    Join(Network),
    Leave,
    Look,
}

static REQUEST: Signal<CriticalSectionRawMutex, Request> = Signal::new();
static DONE: Signal<CriticalSectionRawMutex, Result<(), JoinError>> = Signal::new();
static JOINED: Mutex<CriticalSectionRawMutex, RefCell<Option<Joined>>> =
    Mutex::new(RefCell::new(None));

type Paper = Channel<CriticalSectionRawMutex, &'static str, MESSAGES>;

/// What happens by itself, and what happens because of a request, which is printed before its answer.
static NEWS: Paper = Channel::new();
static STEPS: Paper = Channel::new();

/// What the station has to tell the host.
pub(crate) struct News;

impl Messages for News {
    async fn next(&mut self) -> &'static str {
        NEWS.receive().await
    }
}

async fn ask(request: Request, port: &Port<'_>) -> Result<(), JoinError> {
    DONE.reset();
    REQUEST.signal(request);
    loop {
        // The first goes first: what happened is printed before the end is told.
        match select(STEPS.receive(), DONE.wait()).await {
            Either::First(message) => port.message(message).await,
            Either::Second(result) => return result,
        }
    }
}

/// Joins a network, in which the station then has an address.
pub(crate) async fn join(network: Network, port: &Port<'_>) -> Result<(), JoinError> {
    ask(Request::Join(network), port).await
}

/// Leaves the network, if it is in one.
pub(crate) async fn leave(port: &Port<'_>) {
    // That cannot fail.
    _ = ask(Request::Leave, port).await;
}

/// Where the station is.
pub(crate) async fn look(port: &Port<'_>) -> Option<Joined> {
    // A request interrupts an attempt to come back: a host that asks often enough would see none succeed.
    if !is_joined() {
        return None;
    }
    _ = ask(Request::Look, port).await;
    JOINED.lock(|joined| joined.borrow().clone())
}

fn set(joined: Option<&ConnectedInfo>) {
    let joined = joined.map(|info| Joined {
        name: info.ssid,
        bssid: info.bssid,
        channel: info.channel,
        rssi: 0,
    });
    JOINED.lock(|now| *now.borrow_mut() = joined);
}

fn is_joined() -> bool {
    JOINED.lock(|joined| joined.borrow().is_some())
}

struct Station {
    controller: WifiController<'static>,
    stack: Stack<'static>,
    /// There is one to come back to.
    has_network: bool,
    has_address: bool,
}

#[embassy_executor::task]
pub(crate) async fn station(controller: WifiController<'static>, stack: Stack<'static>) -> ! {
    let mut station = Station { controller, stack, has_network: false, has_address: false };
    loop {
        let Either::First(request) = select(REQUEST.wait(), station.stay()).await else { continue };
        let result = match request {
            Request::Join(network) => station.join(&network).await,
            Request::Leave => {
                station.has_network = false;
                station.part().await;
                Ok(())
            }
            Request::Look => {
                let rssi = station.controller.rssi().unwrap_or(0);
                JOINED.lock(|joined| {
                    joined.borrow_mut().iter_mut().for_each(|joined| joined.rssi = rssi);
                });
                Ok(())
            }
        };
        DONE.signal(result);
    }
}

impl Station {
    /// Stays in the network, or comes back to it: again and again, until the host wants something else.
    async fn stay(&mut self) {
        loop {
            if !is_joined() {
                self.has_address = false;
                if !self.has_network {
                    core::future::pending::<()>().await;
                }
                Timer::after(COME_BACK).await;
                // An attempt that was interrupted may still go on, and there is no second one beside it.
                self.disconnect().await;
                if self.associate().await.is_ok() {
                    tell(&NEWS, CONNECTED);
                }
            } else if self.has_address {
                self.lost().await;
            } else if let Either::First(()) = select(self.stack.wait_config_up(), self.lost()).await
            {
                self.has_address = true;
                tell(&NEWS, GOT_IP);
            }
        }
    }

    async fn lost(&self) {
        // The event is dropped if esp-radio's channel for events is full: it has two places.
        while self.controller.is_connected() {
            _ = select(self.controller.wait_for_disconnect_async(), Timer::after(LOOK)).await;
        }
        set(None);
        tell(&NEWS, DISCONNECT);
    }

    async fn join(&mut self, network: &Network) -> Result<(), JoinError> {
        self.has_network = false;
        self.part().await;
        configure(&mut self.controller, network)?;
        self.associate().await?;
        tell(&STEPS, CONNECTED);
        if with_timeout(JOIN, self.stack.wait_config_up()).await.is_err() {
            self.part().await;
            return Err(JoinError::Timeout);
        }
        tell(&STEPS, GOT_IP);
        (self.has_network, self.has_address) = (true, true);
        Ok(())
    }

    async fn associate(&mut self) -> Result<(), JoinError> {
        match with_timeout(JOIN, self.controller.connect_async()).await {
            Ok(Ok(info)) => {
                set(Some(&info));
                Ok(())
            }
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => {
                self.disconnect().await;
                Err(JoinError::Timeout)
            }
        }
    }

    async fn part(&mut self) {
        // An attempt to come back, too.
        self.disconnect().await;
        self.has_address = false;
        if is_joined() {
            set(None);
            tell(&STEPS, DISCONNECT);
        }
    }

    async fn disconnect(&mut self) {
        // If it is not connected, there is nothing to be done.
        _ = with_timeout(COME_BACK, self.controller.disconnect_async()).await;
    }
}

fn tell(paper: &Paper, message: &'static str) {
    _ = paper.try_send(message);
}

fn configure(controller: &mut WifiController<'_>, network: &Network) -> Result<(), JoinError> {
    let authentication = match network.password {
        Some(password) => AuthenticationMethodConfig::Wpa2Personal(password),
        None => AuthenticationMethodConfig::Open,
    };
    let config =
        StationConfig::default().with_ssid(network.name).with_authentication(authentication);
    controller.set_config(&Config::Station(config)).map_err(|_| JoinError::Failed)
}

fn reason(error: &ConnectionError) -> JoinError {
    let ConnectionError::Failed(info) = error else { return JoinError::Failed };
    match info.reason {
        DisconnectReason::AuthenticationExpired
        | DisconnectReason::AuthenticationFailed
        | DisconnectReason::FourWayHandshakeTimeout
        | DisconnectReason::HandshakeTimeout
        | DisconnectReason::MicFailure => JoinError::Password,
        DisconnectReason::NoAccessPointFound => JoinError::NotFound,
        DisconnectReason::Timeout => JoinError::Timeout,
        _ => JoinError::Failed,
    }
}
