//! The AT port: where the host is.

#[cfg(not(any(feature = "uart", feature = "usb", feature = "bridge")))]
compile_error!("one of the features `uart`, `usb` and `bridge` says where the AT port is");

use embedded_io_async::{Read, Write};

/// The pins of ESP-AT on an ESP32-C3, 115200 baud: RX 6, TX 7, CTS 5, RTS 4.
#[cfg(all(feature = "uart", not(any(feature = "usb", feature = "bridge"))))]
mod chosen {
    use esp_hal::peripherals::{GPIO4, GPIO5, GPIO6, GPIO7, UART1};
    use esp_hal::uart::{Config, CtsConfig, HwFlowControl, RtsConfig, RxConfig, Uart};

    pub(crate) struct Pins(
        pub(crate) UART1<'static>,
        pub(crate) GPIO6<'static>,
        pub(crate) GPIO7<'static>,
        pub(crate) GPIO5<'static>,
        pub(crate) GPIO4<'static>,
    );

    macro_rules! pins {
        ($chip:ident) => {
            port::Pins($chip.UART1, $chip.GPIO6, $chip.GPIO7, $chip.GPIO5, $chip.GPIO4)
        };
    }

    /// Of 128 bytes in the FIFO: when they are fetched, and when the host is told to wait, which leaves room for what it has begun.
    const FETCH: u16 = 64;
    const STOP: u8 = 96;

    pub(crate) fn open(
        Pins(uart, rx, tx, cts, rts): Pins,
    ) -> (impl super::Read, impl super::Write) {
        let flow = HwFlowControl { cts: CtsConfig::Enabled, rts: RtsConfig::Enabled(STOP) };
        let config = Config::default()
            .with_hw_flow_ctrl(flow)
            .with_rx(RxConfig::default().with_fifo_full_threshold(FETCH));
        let uart = Uart::new(uart, config).expect("it can be configured so");
        uart.with_rx(rx).with_tx(tx).with_cts(cts).with_rts(rts).into_async().split()
    }

    pub(crate) use pins;
}

/// USB holds the host back by itself.
#[cfg(feature = "usb")]
mod chosen {
    use esp_hal::peripherals::USB_DEVICE;
    use esp_hal::usb::usb_serial_jtag::UsbSerialJtag;

    pub(crate) struct Pins(pub(crate) USB_DEVICE<'static>);

    macro_rules! pins {
        ($chip:ident) => {
            port::Pins($chip.USB_DEVICE)
        };
    }

    pub(crate) fn open(Pins(usb): Pins) -> (impl super::Read, impl super::Write) {
        UsbSerialJtag::new(usb).into_async().split()
    }

    pub(crate) use pins;
}

/// The pins that boards lead to a chip for USB, at 115200 baud: RX 20 and TX 21, on an ESP32-C6 17 and 16.
#[cfg(all(feature = "bridge", not(feature = "usb")))]
mod chosen {
    use esp_hal::peripherals::UART0;
    use esp_hal::uart::{Config, RxConfig, Uart};

    #[cfg(feature = "esp32c6")]
    use esp_hal::peripherals::{GPIO16 as Tx, GPIO17 as Rx};
    #[cfg(feature = "esp32c3")]
    use esp_hal::peripherals::{GPIO20 as Rx, GPIO21 as Tx};

    pub(crate) struct Pins(
        pub(crate) UART0<'static>,
        pub(crate) Rx<'static>,
        pub(crate) Tx<'static>,
    );

    #[cfg(feature = "esp32c3")]
    macro_rules! pins {
        ($chip:ident) => {
            port::Pins($chip.UART0, $chip.GPIO20, $chip.GPIO21)
        };
    }

    #[cfg(feature = "esp32c6")]
    macro_rules! pins {
        ($chip:ident) => {
            port::Pins($chip.UART0, $chip.GPIO17, $chip.GPIO16)
        };
    }

    /// Nobody holds the host back: what comes is fetched early.
    const FETCH: u16 = 32;

    pub(crate) fn open(Pins(uart, rx, tx): Pins) -> (impl super::Read, impl super::Write) {
        let config = Config::default().with_rx(RxConfig::default().with_fifo_full_threshold(FETCH));
        let uart = Uart::new(uart, config).expect("it can be configured so");
        uart.with_rx(rx).with_tx(tx).into_async().split()
    }

    pub(crate) use pins;
}

pub(crate) use chosen::{Pins, open, pins};
