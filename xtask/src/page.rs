//! Pages with tables of what was measured: a verb writes them anew with `--write`, and compares otherwise.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::cargo::{read, root};

/// Has the tables written.
pub(crate) const WRITE: &str = "--write";

/// A number may be so much greater or smaller than on the page: a part of it, and the slack of its table on top.
const TOLERANCE: f64 = 0.01;

/// With another compiler the code is another: then so much is allowed.
const OF_ANOTHER_COMPILER: f64 = 0.05;

/// What has to be the same.
const EXACT: &str = "state";

/// Numbers with the names of their rows and columns.
pub(crate) struct Table {
    /// Of its marks on the page.
    name: &'static str,
    titles: Vec<&'static str>,
    slack: f64,
    rows: Vec<(String, Vec<f64>)>,
}

impl Table {
    pub(crate) fn new(name: &'static str, slack: f64, titles: &[&'static str]) -> Self {
        Self { name, titles: titles.to_vec(), slack, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, name: &str, numbers: &[f64]) {
        self.rows.push((name.to_owned(), numbers.to_vec()));
    }

    fn marks(&self) -> [String; 2] {
        ["begin", "end"].map(|word| format!("<!-- {word} {} -->", self.name))
    }
}

/// As Markdown, which can be read in a terminal too.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (at, title) in self.titles.iter().enumerate() {
            match at {
                0 => write!(f, "| {title:first$} |")?,
                _ => write!(f, " {title:>12} |")?,
            }
        }
        write!(f, "\n|{}|", "-".repeat(first + 2))?;
        for _ in 1..self.titles.len() {
            write!(f, "{}:|", "-".repeat(13))?;
        }
        for (name, numbers) in &self.rows {
            write!(f, "\n| {name:first$} |")?;
            for number in numbers {
                write!(f, " {number:>12} |")?;
            }
        }
        writeln!(f)
    }
}

/// `rustc 1.95.0 (…)`: another compiler makes other code.
pub(crate) fn compiler() -> Result<String, String> {
    let output = Command::new("rustc").arg("--version").output();
    let output = output.map_err(|error| format!("rustc cannot be started ({error})"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split(" (").next().unwrap_or_default().trim().to_owned())
}

/// A page and the verb that measures what stands there.
pub(crate) struct Page {
    /// From the root.
    pub(crate) path: &'static str,
    pub(crate) verb: &'static str,
}

impl Page {
    /// Writes the tables if the words ask for it, and compares them otherwise.
    pub(crate) fn write_or_compare(&self, words: &[String], tables: &[&Table]) -> Outcome {
        if words.iter().any(|word| word == WRITE) {
            self.write(tables)
        } else {
            self.compare(tables)
        }
    }

    fn file(&self) -> PathBuf {
        root().join(self.path)
    }

    /// Puts the tables into the page.
    fn write(&self, tables: &[&Table]) -> Outcome {
        let mut page = read(&self.file())?;
        for table in tables {
            let (begin, end) = self.place(&page, table)?;
            let text = format!("\nMeasured with {}.\n\n{table}\n", compiler()?);
            page.replace_range(begin..end, &text);
        }
        std::fs::write(self.file(), page)
            .map_err(|error| format!("{} cannot be written ({error})", self.path))?;
        println!("{} is written", self.path);
        Ok(())
    }

    /// What stands between the marks of a table.
    fn place(&self, page: &str, table: &Table) -> Result<(usize, usize), String> {
        let [begin, end] = table.marks();
        let from = page.find(&begin).map(|at| at + begin.len());
        let to = page.find(&end);
        match (from, to) {
            (Some(from), Some(to)) if from <= to => Ok((from, to)),
            _ => Err(format!("{} has no place {begin} {end}", self.path)),
        }
    }

    /// Fails if a number is another than on the page.
    fn compare(&self, tables: &[&Table]) -> Outcome {
        let page = read(&self.file())?;
        let compiler = compiler()?;
        let (mut worse, mut better) = (String::new(), String::new());
        for table in tables {
            let (begin, end) = self.place(&page, table)?;
            let written = page.get(begin..end).unwrap_or_default();
            let is_same = written.contains(&format!("Measured with {compiler}."));
            let tolerance = if is_same { TOLERANCE } else { OF_ANOTHER_COMPILER };
            if !is_same {
                println!(
                    "{}: {} on the page is of another compiler than {compiler}",
                    self.verb, table.name
                );
            }
            for (name, numbers) in &table.rows {
                let cells = written.lines().find_map(|line| cells(line, name));
                let Some(cells) = cells.filter(|cells| cells.len() == numbers.len()) else {
                    worse.push_str(&format!("\n    {name} is not on the page"));
                    continue;
                };
                for ((was, is), title) in cells.iter().zip(numbers).zip(table.titles.iter().skip(1))
                {
                    let slack =
                        if *title == EXACT { 0.0 } else { was.abs() * tolerance + table.slack };
                    let line = format!("\n    {name}, {title}: {is}, and {was} on the page");
                    if *is > was + slack {
                        worse.push_str(&line);
                    } else if *is < was - slack {
                        better.push_str(&line);
                    }
                }
            }
        }
        let differs = worse.clone() + &better;
        match (worse.is_empty(), better.is_empty()) {
            (true, true) => {
                println!("{}: as {} says", self.verb, self.path);
                Ok(())
            }
            (false, _) => Err(format!(
                "worse than {} says:{differs}\nMend it, or if it is worth that, cargo xtask {} {WRITE}",
                self.path, self.verb
            )),
            (true, false) => Err(format!(
                "better than {} says:{better}\nWrite it down: cargo xtask {} {WRITE}",
                self.path, self.verb
            )),
        }
    }
}

/// The numbers of a line of a table, if it is the row of this name.
fn cells(line: &str, name: &str) -> Option<Vec<f64>> {
    let mut cells = line.trim().strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim);
    if cells.next()? != name {
        return None;
    }
    cells.map(|cell| cell.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Table, cells};

    #[test]
    fn what_is_written_is_read() {
        let mut table = Table::new("t", 0.0, &["", "a", "b"]);
        table.row("one", &[12.0, 0.5]);
        table.row("two, too", &[3.0, 1.25]);
        let text = table.to_string();
        let read = |name| text.lines().find_map(|line| cells(line, name));
        assert_eq!(read("one"), Some(vec![12.0, 0.5]));
        assert_eq!(read("two, too"), Some(vec![3.0, 1.25]));
        assert_eq!(read("three"), None);
    }
}
