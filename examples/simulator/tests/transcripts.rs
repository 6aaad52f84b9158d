//! The repository's transcripts, and what the player says about damaged ones.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use wsat::device::Config;
use wsat_sim::transcript::{
    Came, Cut, Difference, Does, Elsewhere, Need, Sizes, check, check_elsewhere, parse, play, run,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/transcripts")
}

/// Every file, in order.
fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "at"))
        .collect();
    files.sort();
    assert!(files.len() > 10, "{files:?}");
    files
}

/// Each in every way in which its input can be cut.
#[test]
fn the_module_does_what_is_written() {
    let mut told = Vec::new();
    let good = run(&files(), &mut told).unwrap();
    assert!(good, "{}", String::from_utf8_lossy(&told));
}

#[test]
fn no_two_sessions_have_one_name() {
    let mut titles = BTreeSet::new();
    for file in files() {
        for session in parse(&fs::read_to_string(&file).unwrap()).unwrap() {
            let title = (file.clone(), session.title.clone());
            assert!(titles.insert(title), "{}: {}", file.display(), session.title);
        }
    }
}

/// The sessions of a file as texts of their own, each with what stands before the first.
fn texts(file: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file).unwrap();
    let mut preamble = Vec::new();
    let mut sessions: Vec<Vec<String>> = Vec::new();
    for line in text.lines() {
        if line.starts_with("session ") {
            sessions.push(preamble.clone());
        }
        match sessions.last_mut() {
            Some(session) => session.push(line.to_owned()),
            None => preamble.push(line.to_owned()),
        }
    }
    sessions
}

/// What a module does may not be left unsaid: a corpus that says less is a corpus that fails.
#[test]
fn every_line_about_what_a_module_does_is_needed() {
    let verbs = ["prints ", "sends ", "opens ", "requests ", "closes ", "asks "];
    let mut tried = 0;
    for file in files() {
        for session in texts(&file) {
            if session.iter().any(|line| line.starts_with("known-difference")) {
                continue;
            }
            for (at, line) in session.iter().enumerate() {
                if !verbs.iter().any(|verb| line.trim_start().starts_with(verb)) {
                    continue;
                }
                let mut less = session.clone();
                less.remove(at);
                // Nothing is left of a session about a module that says `ready`.
                let Ok(parsed) = parse(&less.join("\n")) else { continue };
                let differs = play(&parsed[0], Cut::WHOLE).is_err();
                assert!(differs, "{}: {}: without {line}", file.display(), parsed[0].title);
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

const GOOD: &str = "\
session a good one
rules SEND-01 OPEN-02
dialect v3.1
open 0
host AT+WSSEND=0,5⏎
  prints ⏎OK⏎⏎>
host Hello
  prints ⏎SEND OK⏎
  sends 0 [text Hello]
error AT+WSSEND=3,5
  why Param(ParamError { index: 0,…
at 10s sharp
  sends 0 [ping]
  deadline 20s
eof 0
  closes 0
  prints +WS_DISCONNECTED:0⏎
  failure 0 Transport
repeat 2
after 10s sharp
  opens 0 peer0:80
eof 0
  closes 0
end
";

/// The good one with one line in the place of another.
fn damaged(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    GOOD.replace(from, to)
}

fn difference(text: &str) -> Difference {
    let sessions = parse(text).unwrap_or_else(|malformed| panic!("{malformed}: {text}"));
    check(&sessions[0]).expect_err(text)
}

#[test]
fn the_good_one_is_good() {
    let sessions = parse(GOOD).unwrap();
    assert_eq!(sessions[0].title, "a good one");
    assert_eq!(sessions[0].line, 1);
    assert_eq!(sessions[0].rules, ["SEND-01", "OPEN-02"]);
    assert_eq!(check(&sessions[0]), Ok(()));
}

#[test]
fn what_differs_is_told_by_line_with_both_sides() {
    for (from, to, line, words) in [
        // Another byte.
        (
            "prints ⏎SEND OK⏎",
            "prints ⏎SENT OK⏎",
            8,
            &["- expected  ⏎SENT OK⏎", "+ came      ⏎SEND OK⏎"][..],
        ),
        // Something that does not come.
        ("  prints ⏎SEND OK⏎\n", "  prints ⏎SEND OK⏎\n  prints ⏎OK⏎\n", 9, &["⏎SEND OK⏎⏎OK⏎"]),
        // Something that nobody expects.
        ("  prints ⏎SEND OK⏎\n", "", 7, &["- expected  (nothing)", "+ came      ⏎SEND OK⏎"]),
        ("prints ⏎OK⏎⏎>", "prints ⏎OK⏎⏎> ⏎", 6, &["⏎OK⏎⏎> ⏎", "the AT port"]),
        // Frames.
        (
            "[text Hello]",
            "[text hello]",
            9,
            &["sends [text hello]", "sends [text Hello]", "link 0"],
        ),
        ("[text Hello]", "[binary Hello]", 9, &["[binary Hello]", "[text Hello]"]),
        ("[text Hello]", "[text- Hello]", 9, &["[text- Hello]"]),
        ("  sends 0 [text Hello]\n", "", 7, &["(nothing)", "sends [text Hello]"]),
        ("sends 0 [text Hello]", "sends 1 [text Hello]", 7, &["link 0", "link 1"]),
        // Connections.
        (
            "opens 0 peer0:80",
            "opens 0 tls peer0:443",
            21,
            &["opens tls peer0:443", "opens peer0:80"],
        ),
        ("  opens 0 peer0:80\n", "", 20, &["opens peer0:80"]),
        ("  closes 0\n  prints +WS", "  prints +WS", 15, &["closes"]),
        // Reasons.
        ("index: 0,…", "index: 1,…", 11, &["the reason of ERROR", "index: 1,…", "index: 0, kind"]),
        (
            "failure 0 Transport",
            "failure 0 Timeout(Pong)",
            18,
            &["the reason why link 0 failed", "Timeout", "Transport"],
        ),
        // Times.
        ("deadline 20s", "deadline 19s", 14, &["the next deadline", "19s", "20s"]),
        ("deadline 20s", "deadline none", 14, &["none"]),
        ("at 10s sharp", "at 9s999ms", 13, &["- expected  sends [ping]", "+ came      (nothing)"]),
        (
            "at 10s sharp",
            "at 10s1ms sharp",
            12,
            &["- expected  (nothing)", "+ came      sends [ping]"],
        ),
        // What cannot happen.
        ("at 10s sharp", "at 10s\n  sends 0 [ping]\nat 1s", 14, &["time goes forward"]),
        ("host Hello", "up 1", 7, &["link 1 has no transport"]),
        ("host Hello", "firmware ok", 7, &["no command waits"]),
        ("host Hello", "sent 0 3", 7, &["fewer bytes are held"]),
        ("host Hello", "stale 0 eof", 7, &["link 0 had no transport before"]),
        // Something half done.
        ("host Hello", "room 0 3\nhost Hello", 9, &["sends [text Hello]"]),
        // A difference that is known and is none.
        (
            "dialect v3.1",
            "known-difference it sleeps",
            1,
            &["it sleeps", "exactly what is written"],
        ),
    ] {
        let difference = difference(&damaged(from, to));
        let told = difference.to_string();
        assert_eq!(difference.line, line, "{from:?} to {to:?}: {told}");
        assert!(told.contains("a good one"), "{told}");
        for word in words {
            assert!(told.contains(word), "{word:?} is not in {told}");
        }
    }
}

#[test]
fn bytes_of_a_frame_that_is_never_completed_have_to_be_said() {
    let cut = "session cut\nopen 0\nroom 0 3\nhost AT+WSSEND=0,1⏎x\n  prints ⏎OK⏎⏎>\n";
    assert!(difference(cut).to_string().contains("sends cut 3"));
    assert_eq!(check(&parse(&format!("{cut}  sends 0 cut 3\n")).unwrap()[0]), Ok(()));
}

#[test]
fn a_known_difference_has_to_differ() {
    let known = GOOD.replace("dialect v3.1", "known-difference x").replace("SEND OK", "SENT OK");
    assert_eq!(check(&parse(&known).unwrap()[0]), Ok(()));
}

#[test]
fn a_file_that_cannot_be_read_is_told_by_line() {
    for (from, to, line, expected) in [
        ("session a good one", "title a good one", 1, "a header line or `session TITLE`"),
        ("session a good one", "session", 1, "session TITLE"),
        ("dialect v3.1", "dialect v9.9", 3, "a dialect that this core has"),
        ("dialect v3.1", "quirks strange", 3, "quirks that this core has"),
        ("dialect v3.1", "windows 1 2", 3, "windows BYTES BYTES BYTES"),
        ("dialect v3.1", "retry-delay soon", 3, "retry-delay TIME"),
        ("dialect v3.1", "start sometime", 3, "start switched-on, ready or echo-off"),
        ("dialect v3.1", "terminator ab", 3, "terminator ⏎ or one byte"),
        ("dialect v3.1", "known-difference", 3, "known-difference REASON"),
        ("dialect v3.1", "sends 0", 3, "frames such as [text Hello]"),
        ("open 0", "open 3", 4, "LINK from 0 to 2"),
        ("open 0", "opne 0", 4, "one of"),
        ("open 0", "open 0\ndialect v3.1", 5, "host, ok, error"),
        ("host Hello", "host Hello\\q", 7, "after a backslash"),
        ("host Hello", "host \\x4", 7, "two hexadecimal digits"),
        ("host Hello", "host \\{3}", 7, "\\{COUNT*text}"),
        ("host Hello", "peer 0 hello", 7, "frames such as [text Hello]"),
        ("host Hello", "peer 0 [text hello", 7, "`]` at the end"),
        ("host Hello", "peer 0 [txt hello]", 7, "[text …]"),
        ("host Hello", "serial slow", 7, "serial blocked or serial free"),
        ("host Hello", "room 0", 7, "room LINK BYTES"),
        ("[text Hello]", "[text Hello] hello", 9, "frames such as"),
        ("at 10s sharp", "at noon", 12, "at TIME"),
        ("at 10s sharp", "at 0 sharp", 12, "a TIME"),
        ("deadline 20s", "deadline soon", 14, "deadline TIME"),
        ("opens 0 peer0:80", "opens 0 peer0", 21, "HOST:PORT"),
        ("repeat 2", "repeat", 19, "repeat COUNT"),
        ("repeat 2\n", "repeat 2\n  prints x\n", 20, "something that happens"),
        ("repeat 2\n", "", 23, "`end` only after `repeat`"),
        ("\nend\n", "\n", 23, "`end` of `repeat`"),
    ] {
        let malformed = parse(&damaged(from, to)).expect_err(to);
        assert_eq!(malformed.line, line, "{to:?}: {malformed}");
        assert!(malformed.expected.contains(expected), "{to:?}: {malformed}");
    }
    for nothing in ["", "# only a comment\n", "dialect v3.1\n", "session empty\n"] {
        assert!(parse(nothing).is_err(), "{nothing:?}");
    }
}

/// Whatever a file says, something is said about it.
#[test]
fn no_damage_makes_the_player_panic() {
    for at in GOOD.char_indices().map(|(at, _)| at) {
        let (before, rest) = GOOD.split_at(at);
        let after = rest.strip_prefix(|_| true).unwrap();
        for other in ["", "0", "\\", "]", "}", "\\{", " ", "\n", "é", "99"] {
            if let Ok(sessions) = parse(&format!("{before}{other}{after}")) {
                for session in &sessions {
                    let _ = play(session, Cut::WHOLE);
                }
            }
        }
    }
}

/// The program: what it prints, and how it ends.
#[test]
fn the_program_plays_files() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let good = path("good.at", GOOD);
    let wrong = path("wrong.at", &damaged("prints ⏎SEND OK⏎", "prints ⏎SENT OK⏎"));
    let malformed = path("malformed.at", &damaged("open 0", "opne 0"));
    let run = |files: &[&Path]| {
        let program = env!("CARGO_BIN_EXE_wsat-sim");
        let output = Command::new(program).arg("run").args(files).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(&[&good]), (Some(0), "1 session in 1 file: all as written\n".to_owned()));
    let (status, told) = run(&[&good, &wrong, &malformed, Path::new("no/such.at")]);
    assert_eq!(status, Some(1));
    for words in [
        "wrong.at:8: in \"a good one\", at 0ms\n",
        "malformed.at:4: expected one of host, ",
        "\n  found     opne 0\n",
        "no/such.at: cannot be read: entity not found\n",
        "\n2 sessions in 4 files: 3 wrong\n",
    ] {
        assert!(told.contains(words), "{words:?} is not in {told}");
    }
    assert_eq!(run(&[]).0, Some(2));
}

#[test]
fn what_a_session_needs() {
    for (lines, need) in [
        ("host AT⏎\n  prints ⏎OK⏎", None),
        ("restart\n  prints ⏎ready⏎", None),
        (
            "host AT+X⏎\n  asks AT+X\nfirmware text x⏎\n  prints x⏎\nfirmware ok\n  prints ⏎OK⏎",
            None,
        ),
        ("error x\n  why Statement(NotAt)", None),
        ("host AT+WSOPEN=0,\"ws://h\"⏎\n  opens 0 h:80", Some(Need::Network)),
        ("open 0\nat 1s", Some(Need::Network)),
        ("after 1s", Some(Need::Clock)),
        ("ok AT\n  deadline none", Some(Need::Clock)),
        ("serial blocked", Some(Need::SerialLine)),
        ("serial-piece 3\nok AT", Some(Need::SerialLine)),
        ("host AT\n  waits host 0", Some(Need::SerialLine)),
    ] {
        let sessions = parse(&format!("session x\n{lines}\n")).expect(lines);
        assert_eq!(sessions[0].need(), need, "{lines}");
    }
}

/// A module that says what it was told to say, whatever happens.
struct Scripted(Vec<Came>);

impl Scripted {
    fn next(&mut self) -> Result<Came, String> {
        if self.0.is_empty() { Err("the script is over".to_owned()) } else { Ok(self.0.remove(0)) }
    }
}

impl Elsewhere for Scripted {
    fn boot(&mut self, config: &Config, memory: &Sizes) -> Result<Came, String> {
        assert_eq!((config.retry_delay_ms, memory.line), (250, 32));
        self.next()
    }
    fn host(&mut self, _: &[u8]) -> Result<Came, String> {
        self.next()
    }
    fn program(&mut self, does: Does<'_>) -> Result<Came, String> {
        assert_eq!(does, Does::Answer(wsat::device::Answer::Ok));
        self.next()
    }
}

#[test]
fn a_module_elsewhere_is_held_to_the_same() {
    let text = "session x\nretry-delay 250ms\nline-memory 32\nerror y\n  why Statement(NotAt)\n\
                host AT+X=1⏎\n  asks AT+X=1\nfirmware ok\n  prints ⏎OK⏎\n";
    let came = |printed: &str, asked: &str, why: &str| Came {
        printed: printed.as_bytes().to_vec(),
        asked: if asked.is_empty() { Vec::new() } else { vec![asked.as_bytes().to_vec()] },
        refusals: if why.is_empty() { Vec::new() } else { vec![why.to_owned()] },
    };
    let good = [
        came("\r\nready\r\n", "", ""),
        came("ATE0\r\n\r\nOK\r\n", "", ""),
        came("\r\nERROR\r\n", "", "Statement(NotAt)"),
        came("", "at+x=1", ""),
        came("\r\nOK\r\n", "", ""),
    ];
    let play = |text: &str, script: &[Came]| {
        check_elsewhere(&parse(text).unwrap()[0], &mut Scripted(script.to_vec()))
    };
    assert_eq!(play(text, &good), Ok(()));
    for (at, other, words) in [
        (0, came("", "", ""), "instead of ⏎ready⏎"),
        (1, came("\r\nOK\r\n", "", ""), "as the answer to ATE0"),
        (2, came("\r\nERROR\r\n", "", "LineTooLong"), "+ came      LineTooLong"),
        (3, came("", "AT+X=2", ""), "+ came      AT+X=2"),
        (4, came("\r\nOK\r\n\r\n", "", ""), "⏎OK⏎⏎"),
    ] {
        let mut script = good.to_vec();
        script[at] = other;
        let told = play(text, &script).unwrap_err().to_string();
        assert!(told.contains(words), "{words:?} is not in {told}");
    }
    assert!(play(text, &good[..4]).unwrap_err().to_string().contains("the script is over"));
    let told = play("session x\nopen 0\n", &good).unwrap_err().to_string();
    assert!(told.contains("a module without a scripted network"), "{told}");
}
