//! What a linked program takes of a chip's memory.

use std::path::Path;

use object::{Object, ObjectSection, SectionFlags, SectionKind, elf};

use super::chip::{Chip, Kind};

/// In bytes.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Memory {
    pub(super) flash_code: u64,
    pub(super) flash_data: u64,
    pub(super) ram_code: u64,
    /// With the heap that is `static`, without the one in the bootloader's memory.
    pub(super) ram_data: u64,
    pub(super) stack: u64,
}

impl Memory {
    pub(super) fn of(program: &Path, chip: &Chip) -> Result<Self, String> {
        let bytes = std::fs::read(program)
            .map_err(|error| format!("{} cannot be read ({error})", program.display()))?;
        let elf = object::File::parse(bytes.as_slice())
            .map_err(|error| format!("{} is no ELF file ({error})", program.display()))?;
        let mut memory = Self::default();
        for section in elf.sections() {
            let SectionFlags::Elf { sh_flags, .. } = section.flags() else { continue };
            let is = |flag: u64| sh_flags.0 & flag != 0;
            let name = section.name().unwrap_or_default();
            let address = u32::try_from(section.address()).unwrap_or_default();
            // Places that are kept free: code seen as data, and what the bootloader leaves behind.
            let is_gap = name.ends_with("_dummy") || name.starts_with(".dram2");
            if !is(elf::SHF_ALLOC.0) || section.size() == 0 || is_gap {
                continue;
            }
            let is_zero = section.kind() == SectionKind::UninitializedData;
            let part = match (chip.at(address), is(elf::SHF_EXECINSTR.0)) {
                (Some(Kind::Ram), _) if name == ".stack" => &mut memory.stack,
                (Some(Kind::Ram), true) => &mut memory.ram_code,
                (Some(Kind::Ram), false) => &mut memory.ram_data,
                (Some(Kind::Flash), true) => &mut memory.flash_code,
                (Some(Kind::Flash), false) if !is_zero => &mut memory.flash_data,
                _ => continue,
            };
            *part += section.size();
        }
        Ok(memory)
    }
}
