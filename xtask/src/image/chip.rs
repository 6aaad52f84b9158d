//! The chips: what their programs are built for, and where they may be loaded to.

use std::ops::Range;

/// Kinds of memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Flash, through the cache.
    Flash,
    /// Inside the chip.
    Ram,
}

/// A chip.
#[derive(Debug)]
pub(super) struct Chip {
    /// As a feature of the firmware, and for esptool.
    pub(super) name: &'static str,
    pub(super) target: &'static str,
    /// In the header of an image.
    pub(super) id: u16,
    /// Technical Reference Manual, System and Memory, Address Mapping.
    memory: &'static [(Kind, Range<u32>)],
}

impl Chip {
    /// What is there.
    pub(super) fn at(&self, address: u32) -> Option<Kind> {
        self.memory.iter().find(|(_, range)| range.contains(&address)).map(|(kind, _)| *kind)
    }

    /// Whether all of it lies in one of the chip's memories.
    pub(super) fn has(&self, address: u32, len: u32) -> bool {
        let Some(last) = address.checked_add(len.saturating_sub(1)) else { return false };
        self.memory.iter().any(|(_, range)| range.contains(&address) && range.contains(&last))
    }
}

pub(super) const CHIPS: &[Chip] = &[
    Chip {
        name: "esp32c3",
        target: "riscv32imc-unknown-none-elf",
        id: 5,
        memory: &[
            (Kind::Flash, 0x3C00_0000..0x3C80_0000),
            (Kind::Flash, 0x4200_0000..0x4280_0000),
            (Kind::Ram, 0x3FC8_0000..0x3FCE_0000),
            (Kind::Ram, 0x4037_C000..0x403E_0000),
            (Kind::Ram, 0x5000_0000..0x5000_2000),
        ],
    },
    Chip {
        name: "esp32c6",
        target: "riscv32imac-unknown-none-elf",
        id: 13,
        memory: &[
            (Kind::Flash, 0x4200_0000..0x4300_0000),
            (Kind::Ram, 0x4080_0000..0x4088_0000),
            (Kind::Ram, 0x5000_0000..0x5000_4000),
        ],
    },
];
