//! From a line to its name and form (AT Command Set › AT Command Types).

use at_syntax::{Form, Name, Statement, StatementError};

// rules: LINE-08, LINE-09
#[cfg_attr(test, test)]
pub(crate) fn names_and_forms() {
    use Form::{Execute, Query, Set, Test};
    use Name::{Basic, Extended};
    for (line, name, form, fields) in [
        ("AT", Basic(b""), Execute, 0),
        ("aT", Basic(b""), Execute, 0),
        ("ATE0", Basic(b"E0"), Execute, 0),
        ("ate1", Basic(b"e1"), Execute, 0),
        ("ATI", Basic(b"I"), Execute, 0),
        ("ATI?", Basic(b"I"), Query, 0),
        ("AT?", Basic(b""), Query, 0),
        ("AT=?", Basic(b""), Test, 0),
        ("ATS3=1", Basic(b"S3"), Set, 1),
        ("AT+GMR", Extended(b"GMR"), Execute, 0),
        ("at+wsopen?", Extended(b"wsopen"), Query, 0),
        ("AT+WSCFG=?", Extended(b"WSCFG"), Test, 0),
        ("AT+WSCFG=", Extended(b"WSCFG"), Set, 1),
        ("AT+WSCFG=??", Extended(b"WSCFG"), Set, 1),
        ("AT+WSCFG=?,1", Extended(b"WSCFG"), Set, 2),
        ("AT+WSCFG==?", Extended(b"WSCFG"), Set, 1),
        ("AT+WSCFG=0,30,600,1024", Extended(b"WSCFG"), Set, 4),
        ("AT+a9!%-./:_Z=", Extended(b"a9!%-./:_Z"), Set, 1),
        ("AT+X!oops", Extended(b"X!oops"), Execute, 0),
    ] {
        let statement = Statement::parse(line.as_bytes()).expect(line);
        assert_eq!((statement.name, statement.form), (name, form), "{line}");
        assert_eq!(statement.params().count(), fields, "{line}");
        assert_eq!(statement.params().remaining(), fields > 0, "{line}");
    }
}

// rules: LINE-08, LINE-10
#[cfg_attr(test, test)]
pub(crate) fn no_statements() {
    use StatementError::{Empty, Name, NotAt};
    for (line, error) in [
        ("", Empty),
        (" AT", NotAt),
        ("A", NotAt),
        ("T", NotAt),
        ("A/", NotAt),
        ("+GMR", NotAt),
        ("\nAT", NotAt),
        ("TA+GMR", NotAt),
        ("\u{c1}T", NotAt),
        ("AT+", Name),
        ("AT+?", Name),
        ("AT+=1", Name),
        ("AT++GMR", Name),
        ("AT +GMR", Name),
        ("AT+GMR ", Name),
        ("AT+ GMR", Name),
        ("AT+WSCFG =0", Name),
        ("AT+WSCFG?0", Name),
        ("AT+WSCFG?=", Name),
        ("AT+WSCFG??", Name),
        ("AT+WSCFG,0", Name),
        ("AT+WSCFG\"0\"", Name),
        ("AT+X;+Y", Name), // no chaining
        ("ATE0;", Name),
        ("ATE!", Name),
        ("AT&F", Name),
        ("AT\r", Name),
        ("AT+X\n", Name),
        ("AT+X@", Name),
        ("AT+X[", Name),
        ("AT+X`", Name),
        ("AT+X{", Name),
        ("AT+\u{e4}", Name),
    ] {
        assert_eq!(Statement::parse(line.as_bytes()), Err(error), "{line:?}");
    }
}

// rules: LINE-08
#[cfg_attr(test, test)]
pub(crate) fn names_compare_without_case() {
    assert!(Name::Basic(b"e0").is(Name::Basic(b"E0")));
    assert!(Name::Extended(b"WsCfg").is(Name::Extended(b"wScFG")));
    assert!(!Name::Extended(b"WSCFG").is(Name::Extended(b"WSCFG2")));
    assert!(!Name::Extended(b"E0").is(Name::Basic(b"E0")));
    // Only letters have case: these two differ in the same bit.
    assert!(!Name::Extended(b"_").is(Name::Extended(b"\x7F")));
}
