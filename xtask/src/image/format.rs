//! An image of an application, as esptool writes it: a header, segments, a checksum, a hash. Here the segments are looked at; esptool
//! looks at the rest.

use super::chip::{Chip, Kind};

const MAGIC: u8 = 0xE9;
const HEADER: usize = 24;
const PADDING: u32 = 0;
/// How the description of an application begins. ESP-IDF's bootloader looks for it behind the header of the first segment (ESP-IDF, App Image
/// Format, Application Description).
const DESCRIPTION: [u8; 4] = 0xABCD_5432_u32.to_le_bytes();

/// Fails if this is no application for that chip, or the chip could not load it.
pub(super) fn check(image: &[u8], chip: &Chip) -> Result<(), String> {
    let (header, mut rest) = image.split_at_checked(HEADER).ok_or("it is too short")?;
    if header[0] != MAGIC {
        return Err("it does not begin as an image does".to_owned());
    }
    let id = u16::from_le_bytes([header[12], header[13]]);
    if id != chip.id {
        return Err(format!("it is for chip {id}, not {}", chip.id));
    }
    for number in 0..header[1] {
        let (head, data) = rest.split_first_chunk::<8>().ok_or("it ends before its segments")?;
        let [address, len] =
            [[head[0], head[1], head[2], head[3]], [head[4], head[5], head[6], head[7]]]
                .map(u32::from_le_bytes);
        // What is for address 0 is not loaded: it moves what follows to a page of flash.
        if address != PADDING && (len == 0 || !chip.has(address, len)) {
            return Err(format!(
                "segment {number}: {} has no {len} bytes at {address:#x}",
                chip.name
            ));
        }
        let (data, behind) =
            data.split_at_checked(len as usize).ok_or("it ends before its segments")?;
        if number == 0 && !(chip.at(address) == Some(Kind::Flash) && data.starts_with(&DESCRIPTION))
        {
            return Err("its first segment does not begin with its description".to_owned());
        }
        rest = behind;
    }
    let entry = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
    if chip.at(entry).is_none() {
        return Err(format!("it begins at {entry:#x}, where nothing is"));
    }
    if header[1] == 0 { Err("it has no segments".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::image::chip::CHIPS;

    fn image(id: u8, entry: u32, segments: &[(u32, &[u8])]) -> Vec<u8> {
        let mut image = vec![0; 24];
        image[0] = 0xE9;
        image[1] = segments.len() as u8;
        image[4..8].copy_from_slice(&entry.to_le_bytes());
        image[12] = id;
        for (address, data) in segments {
            image.extend(address.to_le_bytes());
            image.extend((data.len() as u32).to_le_bytes());
            image.extend_from_slice(data);
        }
        image
    }

    #[test]
    fn an_image_is_for_its_chip_and_fits_into_its_memory() {
        let description = [0x32, 0x54, 0xCD, 0xAB, 0];
        let good = image(5, 0x4200_0020, &[(0x3C00_0020, &description), (0x4038_0000, &[0; 8])]);
        assert_eq!(check(&good, &CHIPS[0]), Ok(()));
        let padded = image(
            5,
            0x4200_0020,
            &[(0x3C00_0020, &description), (0, &[0; 8]), (0x4200_0020, &[0; 8])],
        );
        assert_eq!(check(&padded, &CHIPS[0]), Ok(()));
        let late = image(5, 0x4200_0020, &[(0x4038_0000, &[0; 8]), (0x3C00_0020, &description)]);
        assert!(check(&late, &CHIPS[0]).unwrap_err().contains("description"));
        let empty = image(5, 0x4200_0020, &[]);
        assert!(check(&empty, &CHIPS[0]).unwrap_err().contains("no segments"));
        assert!(check(&good, &CHIPS[1]).unwrap_err().contains("for chip 5"));
        assert!(check(&good[..40], &CHIPS[0]).unwrap_err().contains("ends"));
        let outside = image(5, 0x4200_0020, &[(0x3C00_0020, &description), (0x403D_FFFC, &[0; 8])]);
        assert!(check(&outside, &CHIPS[0]).unwrap_err().contains("segment 1"));
        let elsewhere = image(5, 0x1000, &[(0x3C00_0020, &description)]);
        assert!(check(&elsewhere, &CHIPS[0]).unwrap_err().contains("begins at"));
        let bare = image(5, 0x4200_0020, &[(0x3C00_0020, &[0; 8])]);
        assert!(check(&bare, &CHIPS[0]).unwrap_err().contains("description"));
        assert!(check(b"\xE9", &CHIPS[0]).unwrap_err().contains("too short"));
    }
}
