//! One statement on the wire and what the module says to it: **every** step of an exchange, in one table.
//!
//! ```text
//!            OK                   OK or SEND OK
//! Writing -> Answer ------------------------------------> ended
//!               | OK, then >            ^
//!               v                       |
//!            Payload -> Sent -----------+     (Poke -> Sent: a prompt for no octets)
//! ```

use super::Failure;

/// Where an exchange is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Phase {
    /// The statement is being written.
    Writing,
    /// The answer is to come; `OK` may have come before a prompt.
    Answer { acknowledged: bool },
    /// The payload is being written.
    Payload,
    /// A byte is to be written for a prompt that asks for nothing.
    Poke,
    /// All is written; the answer is to come.
    Sent,
    /// The module was told to start anew, and has said `OK`.
    Restart,
}

/// An answer of the module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Heard {
    Ok,
    /// With its code.
    Error(Option<u32>),
    SendOk,
    SendFail,
    Busy,
    Prompt,
}

/// What follows from an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Step {
    Stay,
    Go(Phase),
    /// It has ended, and the two are in step.
    End(Result<(), Failure>),
    /// It was not carried out, and is to be written again once the two are in step.
    Again,
    /// It has ended, and the two are out of step.
    Break(Failure),
}

/// What a statement has the module do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Plan {
    pub(crate) prompt: Prompt,
    pub(crate) end: End,
    /// From the end of the statement to the answer or the prompt.
    pub(crate) answer_ms: u32,
    /// From the end of the payload to the answer.
    pub(crate) sent_ms: u32,
}

/// Whether a prompt is to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Prompt {
    Never,
    /// For the payload.
    Always,
    /// For no payload; some firmware asks for a byte all the same.
    Perhaps,
}

/// What the last answer is if all goes well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum End {
    Ok,
    SendOk,
    /// `OK`, and then the module starts anew.
    Ready,
}

/// What is known of the exchange beside its phase.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Doubts {
    /// The echo was not that of the statement.
    pub(crate) echo: bool,
    /// All of the echo has come: the module has read the statement, and is not discarding it.
    pub(crate) echoed: bool,
    /// The module had bytes left over when it had all of the payload.
    pub(crate) excess: bool,
}

/// The error code of a line that is no statement (Basic AT Commands, AT+SYSLOG): ours always are.
const NO_STATEMENT: u32 = 0x0103_0000;

/// The table.
pub(crate) fn next(phase: Phase, plan: &Plan, doubts: Doubts, heard: Heard) -> Step {
    let garbled = Step::Break(Failure::Garbled);
    match (phase, heard) {
        // What the module is carrying out keeps it from something else: a byte too many.
        (Phase::Answer { acknowledged }, Heard::Busy) if acknowledged || doubts.echoed => {
            Step::Stay
        }
        // Nothing is answered before its line end: this was for something older, or for another's statement.
        (Phase::Writing, _) | (Phase::Answer { .. }, Heard::Busy) => Step::Again,
        (Phase::Answer { .. }, Heard::Error(Some(code))) if code & 0xFFFF_0000 == NO_STATEMENT => {
            Step::Again
        }
        // Whatever the module has read, it may have been another statement; or the echo alone was changed.
        (Phase::Answer { .. }, _) if doubts.echo => garbled,
        (Phase::Answer { .. } | Phase::Sent, Heard::Error(code)) => {
            Step::End(Err(Failure::Error(code)))
        }
        (Phase::Answer { acknowledged }, Heard::Ok) => match (plan.prompt, plan.end) {
            (Prompt::Never, End::Ok) => Step::End(Ok(())),
            (Prompt::Never, End::Ready) => Step::Go(Phase::Restart),
            _ if acknowledged => garbled,
            _ => Step::Go(Phase::Answer { acknowledged: true }),
        },
        (Phase::Answer { acknowledged: true }, Heard::Prompt) => match plan.prompt {
            Prompt::Always => Step::Go(Phase::Payload),
            Prompt::Perhaps => Step::Go(Phase::Poke),
            Prompt::Never => garbled,
        },
        (Phase::Answer { .. }, Heard::SendOk)
            if plan.end == End::SendOk && plan.prompt != Prompt::Always =>
        {
            Step::End(Ok(()))
        }
        (Phase::Answer { .. } | Phase::Sent, Heard::SendFail) if plan.end == End::SendOk => {
            Step::End(Err(Failure::SendFail))
        }
        // The module has ended the data phase. What it has not taken as payload stands in its line.
        (Phase::Payload, Heard::Error(code)) => Step::Break(Failure::Error(code)),
        (Phase::Sent, Heard::Busy) | (Phase::Restart, _) => Step::Stay,
        (Phase::Sent, Heard::Ok) if plan.end == End::Ok => ended(doubts),
        (Phase::Sent, Heard::Ok) if plan.end == End::Ready => Step::Go(Phase::Restart),
        (Phase::Sent, Heard::SendOk) if plan.end == End::SendOk => ended(doubts),
        (Phase::Answer { .. } | Phase::Payload | Phase::Poke | Phase::Sent, _) => garbled,
    }
}

/// The payload was taken, but maybe not as it was.
const fn ended(doubts: Doubts) -> Step {
    Step::End(if doubts.excess { Err(Failure::Garbled) } else { Ok(()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GARBLED: Step = Step::Break(Failure::Garbled);
    const OK: Step = Step::End(Ok(()));

    fn plan(prompt: Prompt, end: End) -> Plan {
        Plan { prompt, end, answer_ms: 1, sent_ms: 1 }
    }

    #[test]
    fn a_command_without_payload() {
        let plan = plan(Prompt::Never, End::Ok);
        let answer =
            |heard| next(Phase::Answer { acknowledged: false }, &plan, Doubts::default(), heard);
        assert_eq!(answer(Heard::Ok), OK);
        assert_eq!(answer(Heard::Error(None)), Step::End(Err(Failure::Error(None))));
        assert_eq!(answer(Heard::Busy), Step::Again);
        assert_eq!(answer(Heard::Prompt), GARBLED);
        assert_eq!(answer(Heard::SendOk), GARBLED);
        assert_eq!(answer(Heard::SendFail), GARBLED);
        // Basic AT Commands, AT+SYSLOG: 03 is "no AT line", 08 a parameter.
        assert_eq!(answer(Heard::Error(Some(0x0103_0000))), Step::Again);
        let parameter = Some(0x0108_0001);
        assert_eq!(answer(Heard::Error(parameter)), Step::End(Err(Failure::Error(parameter))));
    }

    #[test]
    fn a_payload_goes_out_behind_ok_and_a_prompt_only() {
        let plan = plan(Prompt::Always, End::SendOk);
        let at = |phase, heard| next(phase, &plan, Doubts::default(), heard);
        let waiting = Phase::Answer { acknowledged: false };
        let acknowledged = Phase::Answer { acknowledged: true };
        assert_eq!(at(waiting, Heard::Prompt), GARBLED);
        assert_eq!(at(waiting, Heard::SendOk), GARBLED);
        assert_eq!(at(waiting, Heard::Ok), Step::Go(acknowledged));
        assert_eq!(at(acknowledged, Heard::Prompt), Step::Go(Phase::Payload));
        assert_eq!(at(acknowledged, Heard::Ok), GARBLED);
        for heard in [Heard::Ok, Heard::SendOk, Heard::SendFail, Heard::Busy, Heard::Prompt] {
            assert_eq!(at(Phase::Payload, heard), GARBLED, "{heard:?}");
        }
        assert_eq!(at(Phase::Payload, Heard::Error(None)), Step::Break(Failure::Error(None)));
        assert_eq!(at(Phase::Sent, Heard::SendOk), OK);
        assert_eq!(at(Phase::Sent, Heard::SendFail), Step::End(Err(Failure::SendFail)));
        assert_eq!(at(Phase::Sent, Heard::Ok), GARBLED);
        assert_eq!(at(Phase::Sent, Heard::Busy), Step::Stay);
        let excess = Doubts { excess: true, ..Doubts::default() };
        let ended = next(Phase::Sent, &plan, excess, Heard::SendOk);
        assert_eq!(ended, Step::End(Err(Failure::Garbled)));
    }

    #[test]
    fn nothing_is_believed_behind_an_echo_that_was_another() {
        let doubts = Doubts { echo: true, ..Doubts::default() };
        for prompt in [Prompt::Never, Prompt::Always, Prompt::Perhaps] {
            for (acknowledged, heard) in
                [(false, Heard::Ok), (true, Heard::Prompt), (false, Heard::SendOk)]
            {
                let phase = Phase::Answer { acknowledged };
                assert_eq!(next(phase, &plan(prompt, End::SendOk), doubts, heard), GARBLED);
            }
            let phase = Phase::Answer { acknowledged: false };
            let refused = next(phase, &plan(prompt, End::Ok), doubts, Heard::Error(None));
            assert_eq!(refused, GARBLED);
            // Unless the module says that it was no statement.
            let code = Heard::Error(Some(NO_STATEMENT));
            assert_eq!(next(phase, &plan(prompt, End::Ok), doubts, code), Step::Again);
        }
    }

    // AT Command Set: what comes while a module is busy is discarded, and it is not echoed.
    #[test]
    fn a_statement_that_was_echoed_was_not_discarded() {
        let doubts = Doubts { echoed: true, ..Doubts::default() };
        let plan = plan(Prompt::Never, End::Ok);
        let step = next(Phase::Answer { acknowledged: false }, &plan, doubts, Heard::Busy);
        assert_eq!(step, Step::Stay);
    }

    #[test]
    fn a_message_of_no_octets_with_a_prompt_and_without() {
        let plan = plan(Prompt::Perhaps, End::SendOk);
        let at = |phase, heard| next(phase, &plan, Doubts::default(), heard);
        assert_eq!(at(Phase::Answer { acknowledged: false }, Heard::SendOk), OK);
        let acknowledged = Phase::Answer { acknowledged: true };
        assert_eq!(at(Phase::Answer { acknowledged: false }, Heard::Ok), Step::Go(acknowledged));
        assert_eq!(at(acknowledged, Heard::Prompt), Step::Go(Phase::Poke));
        assert_eq!(at(Phase::Sent, Heard::Busy), Step::Stay);
        assert_eq!(at(Phase::Sent, Heard::SendOk), OK);
    }

    #[test]
    fn an_answer_before_the_end_of_the_statement_is_an_older_ones() {
        for heard in [Heard::Ok, Heard::Error(None), Heard::Busy, Heard::Prompt, Heard::SendOk] {
            let step =
                next(Phase::Writing, &plan(Prompt::Never, End::Ok), Doubts::default(), heard);
            assert_eq!(step, Step::Again);
        }
    }
}
