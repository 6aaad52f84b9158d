//! The numbers as text.

use crate::results::Result;

pub fn print(results: &[Result]) {
    let mut workloads: Vec<&str> = Vec::new();
    for r in results { if !workloads.contains(&r.workload) { workloads.push(r.workload) } }
    for w in workloads {
        let of: Vec<&Result> = results.iter().filter(|r| r.workload == w).collect();
        let mut sizes: Vec<usize> = of.iter().map(|r| r.size).collect(); sizes.sort(); sizes.dedup();
        let mut peers: Vec<&str> = Vec::new();
        for r in &of { if !peers.contains(&r.peer) { peers.push(r.peer) } }
        print!("\n{w:24}"); for s in &sizes { print!("{s:>10}"); } println!();
        for p in peers {
            print!("{p:24}");
            for s in &sizes { let r = of.iter().find(|r| r.peer==p && r.size==*s).unwrap(); print!("{:>10.1}", r.nanoseconds); }
            println!("  {}", of.iter().find(|r| r.peer==p).unwrap().lacks.join(","));
        }
    }
}
