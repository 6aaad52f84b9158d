//! Writes the seeds of the fuzz targets: `cargo run -p wsat-testkit --example seeds`.
//!
//! Each is one small case that a random search would take long to find, under a name that says what it is.

mod frames;
mod handshakes;
mod lines;
mod sessions;

use std::{fs, path::Path};
use wsat_testkit::input::body_of;

struct Seeds<'p> {
    root: &'p Path,
    count: usize,
}

impl Seeds<'_> {
    fn write(&mut self, target: &str, name: &str, head: &[u8], body: &[u8]) {
        let folder = self.root.join(target);
        fs::create_dir_all(&folder).expect("the folder of a target");
        let file = [head, &[0xFF], body].concat();
        fs::write(folder.join(name), file).expect("a seed");
        self.count += 1;
    }

    fn fields<F: AsRef<[u8]>>(&mut self, target: &str, name: &str, head: &[u8], fields: &[F]) {
        self.write(target, name, head, &body_of(fields));
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut seeds = Seeds { root: &root, count: 0 };
    lines::write(&mut seeds);
    frames::write(&mut seeds);
    handshakes::write(&mut seeds);
    sessions::devices(&mut seeds);
    sessions::hosts(&mut seeds);
    sessions::pairs(&mut seeds);
    println!("{} seeds in {}", seeds.count, root.display());
}
