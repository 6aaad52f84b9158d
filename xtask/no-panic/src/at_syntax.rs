//! Every public function of at-syntax.

use ::at_syntax::{
    Form, LineReader, Name, Param, ParamError, ParamErrorKind, Params, Reply, Statement,
    StatementError, Terminator, Text, TextBytes, Writer,
};

use crate::{any, bytes, keep, show};

pub(crate) fn run() {
    lines();
    statements();
    params();
    strings();
    answers();
}

fn lines() {
    let mut memory = [0; 32];
    let mut room = [0; 8];
    let terminator = any(Terminator::Byte(0));
    keep(Terminator::ends_line(terminator, any(0), any(0)));
    keep(Terminator::discards_line(terminator, any(0)));
    let mut reader = LineReader::new(any::<&mut [u8]>(&mut memory), terminator);
    keep(LineReader::feed(any(&mut reader), bytes()));
    keep(LineReader::line(any(&reader)));
    LineReader::release(any(&mut reader));
    LineReader::reset(any(&mut reader));
    LineReader::set_echo(any(&mut reader), any(true));
    keep(LineReader::echo_on(any(&reader)));
    keep(LineReader::echo_pending(any(&reader)));
    keep(LineReader::poll_echo(any(&mut reader), any::<&mut [u8]>(&mut room)));
    keep(LineReader::is_idle(any(&reader)));
}

fn statements() {
    let name = any(Name::Basic(bytes()));
    keep(Name::is(&name, any(Name::Extended(bytes()))));
    keep(any(Form::Set) == any(Form::Test));
    if let Ok(statement) = any(Statement::parse(bytes())) {
        keep(statement);
        keep(Statement::params(any(&statement)));
    }
    show::<StatementError>(&StatementError::Empty);
}

fn params() {
    let Ok(statement) = any(Statement::parse(bytes())) else { return };
    let mut params = statement.params();
    let param = any(Params::next(any(&mut params)));
    keep(Params::remaining(any(&params)));
    keep(Params::count(any(&params)));
    keep(Params::finish(any(&params)));
    keep(Param::index(&param));
    keep(Param::is_omitted(&param));
    keep(Param::is_written(&param));
    keep(Param::integer(&param, any(0), any(0)));
    keep(Param::integer_or(&param, any(0), any(0), any(0)));
    keep(Param::string(&param));
    keep(Param::string_or_empty(&param));
    show::<ParamError>(&ParamError { index: 0, kind: ParamErrorKind::Omitted });
    show::<ParamErrorKind>(&ParamErrorKind::Omitted);
}

fn strings() {
    let Ok(statement) = any(Statement::parse(bytes())) else { return };
    let Ok(text) = any(statement.params().next().string()) else { return };
    let mut room = [0; 8];
    keep(Text::len(any(&text)));
    keep(Text::is_empty(any(&text)));
    keep(Text::write(any(&text), any::<&mut [u8]>(&mut room)));
    keep(Text::eq_bytes(any(&text), bytes()));
    keep(Text::eq(any(&text), any(&text)));
    let mut unescaped = Text::bytes(any(&text));
    keep(TextBytes::next(any(&mut unescaped)));
    keep(TextBytes::size_hint(any(&unescaped)));
}

fn answers() {
    let mut room = [0; 8];
    keep(Reply::as_bytes(any(Reply::Ok)));
    let mut writer = Writer::new(any(0), any::<&mut [u8]>(&mut room));
    Writer::bytes(any(&mut writer), bytes());
    Writer::decimal(any(&mut writer), any(0));
    Writer::reply(any(&mut writer), any(Reply::Ok));
    Writer::name(any(&mut writer), bytes());
    Writer::quoted(any(&mut writer), bytes());
    Writer::comma(any(&mut writer));
    Writer::end(any(&mut writer));
    Writer::error_code(any(&mut writer), any(0));
    keep(Writer::written(any(&writer)));
    keep(Writer::is_complete(any(&writer)));
}
