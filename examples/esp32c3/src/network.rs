//! The network: embassy-net over Wi-Fi, and a socket for each link, with TLS if the firmware has it.

use embassy_executor::Spawner;
use embassy_net::{Config, Runner, Stack, StackResources};
use esp_hal::peripherals::WIFI;
use esp_hal::rng::Rng;
use esp_radio::wifi::{Interface, WifiController};
use static_cell::{ConstStaticCell, StaticCell};
use wsat_embassy::{Connector, TcpLink};

use crate::wifi;

/// Three links, DNS, DHCP.
const SOCKETS: usize = 5;
/// What may be under way from a server: two segments and more; and to it.
const RX: usize = 4096;
const TX: usize = 2048;

static RESOURCES: StaticCell<StackResources<SOCKETS>> = StaticCell::new();
static BUFFERS: ConstStaticCell<[([u8; RX], [u8; TX]); 3]> =
    ConstStaticCell::new([([0; RX], [0; TX]); 3]);

/// Switches the radio on. The stack has an address as soon as a network is joined.
pub(crate) fn start(spawner: Spawner, radio: WIFI<'static>) -> Stack<'static> {
    let controller = WifiController::new(radio, Default::default()).expect("the radio starts");
    let seed = u64::from(Rng::new().random()) << 32 | u64::from(Rng::new().random());
    let resources = RESOURCES.init_with(StackResources::new);
    let config = Config::dhcpv4(Default::default());
    let (stack, runner) = embassy_net::new(Interface::station(), config, resources, seed);
    spawner.spawn(run(runner).expect("there is one"));
    spawner.spawn(wifi::station(controller, stack).expect("there is one"));
    stack
}

#[embassy_executor::task]
async fn run(mut runner: Runner<'static, Interface>) -> ! {
    runner.run().await
}

/// A connector for each link.
pub(crate) fn links(stack: Stack<'static>) -> [impl Connector; 3] {
    let links = BUFFERS.take().each_mut().map(|(rx, tx)| TcpLink::new(stack, rx, tx));
    #[cfg(feature = "tls")]
    let links = tls::over(links);
    links
}

#[cfg(feature = "tls")]
mod tls {
    use esp_hal::rng::Trng;
    use static_cell::ConstStaticCell;
    use wsat_embassy::{TcpLink, TlsBuffers, TlsLink, Trust};

    /// The certificate that `WSAT_CA` named when this was built, in DER: `<ca_number>` 0. None: nothing is in it.
    const AUTHORITY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/authority.der"));

    /// With an authority in the firmware, no server is believed without it.
    static TRUST: Trust<'static> = Trust {
        authorities: if AUTHORITY.is_empty() { &[] } else { &[AUTHORITY] },
        identities: &[],
        verified_only: !AUTHORITY.is_empty(),
    };

    static BUFFERS: ConstStaticCell<[TlsBuffers; 3]> =
        ConstStaticCell::new([const { TlsBuffers::new() }; 3]);

    type Tcp = TcpLink<'static, 'static>;

    pub(super) fn over(links: [Tcp; 3]) -> [TlsLink<'static, Tcp, Trng>; 3] {
        let [a, b, c] = links;
        let [for_a, for_b, for_c] = BUFFERS.take();
        [(a, for_a), (b, for_b), (c, for_c)].map(|(link, buffers)| {
            let rng = Trng::try_new().expect("the radio is on");
            TlsLink::new(link, buffers, &TRUST, rng)
        })
    }
}
