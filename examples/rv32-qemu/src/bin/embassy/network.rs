//! embassy-net over the network card, and a socket for each link.

use core::task::Context;
use embassy_executor::Spawner;
use embassy_net::{Config, Ipv4Address, Ipv4Cidr, Runner, Stack, StackResources, StaticConfigV4};
use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use embassy_sync::waitqueue::AtomicWaker;
use rv32_qemu::ethernet::{Ethernet, MTU, Received, Sending};
use rv32_qemu::random::Random;
use static_cell::{ConstStaticCell, StaticCell};
use wsat::rand_core::Rng;
use wsat_embassy::{Connector, TcpLink};

/// Three links, and embassy-net's own look-up of names.
const SOCKETS: usize = 4;
/// Of each link and direction: what may be under way in the network.
const BUFFER: usize = 4096;
/// In QEMU's user network.
const ADDRESS: Ipv4Cidr = Ipv4Cidr::new(Ipv4Address::new(10, 0, 2, 15), 24);

static RESOURCES: StaticCell<StackResources<SOCKETS>> = StaticCell::new();
static BUFFERS: ConstStaticCell<[[[u8; BUFFER]; 2]; 3]> =
    ConstStaticCell::new([[[0; BUFFER]; 2]; 3]);
static RUNNER: AtomicWaker = AtomicWaker::new();

/// Starts the stack.
pub(crate) fn start(spawner: Spawner, card: Ethernet, random: &mut Random) -> Stack<'static> {
    // There is nobody to ask for names: addresses have to do.
    let config =
        StaticConfigV4 { address: ADDRESS, gateway: None, dns_servers: Default::default() };
    let resources = RESOURCES.init_with(StackResources::new);
    let config = Config::ipv4_static(config);
    let (stack, runner) = embassy_net::new(Card(card), config, resources, random.next_u64());
    spawner.spawn(run(runner).expect("there is one"));
    stack
}

#[embassy_executor::task]
async fn run(mut runner: Runner<'static, Card>) -> ! {
    runner.run().await
}

/// A connector for each link.
pub(crate) fn links(stack: Stack<'static>) -> [impl Connector; 3] {
    BUFFERS.take().each_mut().map(|[rx, tx]| TcpLink::new(stack, rx, tx))
}

/// Has the stack look at the card.
pub(crate) fn look() {
    RUNNER.wake();
}

/// The card, as embassy-net wants it.
struct Card(Ethernet);

impl Driver for Card {
    type RxToken<'a> = Frame<'a>;
    type TxToken<'a> = Room<'a>;

    fn receive(&mut self, cx: &mut Context<'_>) -> Option<(Frame<'_>, Room<'_>)> {
        RUNNER.register(cx.waker());
        self.0.frame().map(|(frame, room)| (Frame(frame), Room(room)))
    }

    fn transmit(&mut self, cx: &mut Context<'_>) -> Option<Room<'_>> {
        RUNNER.register(cx.waker());
        self.0.room().map(Room)
    }

    fn link_state(&mut self, _: &mut Context<'_>) -> LinkState {
        LinkState::Up
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = MTU;
        capabilities
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet(self.0.address().0)
    }
}

struct Frame<'a>(Received<'a>);

impl RxToken for Frame<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, read: F) -> R {
        read(self.0.0)
    }
}

struct Room<'a>(Sending<'a>);

impl TxToken for Room<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        self.0.send(len, write)
    }
}
