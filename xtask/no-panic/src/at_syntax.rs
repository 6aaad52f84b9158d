//! Every public function of at-syntax.

use core::fmt::Debug;

use ::at_syntax::{
    DataPhase, Expected, Field, Fields, Form, LineReader, Name, Param, ParamError, ParamErrorKind,
    Params, Record, Reply, ResponseReader, Statement, StatementError, StatementWriteError,
    StatementWriter, Terminator, Text, TextBytes, Writer,
};

use crate::{any, bytes, debug, keep, show};

pub(crate) fn run() {
    lines();
    statements();
    params();
    strings();
    answers();
    data_phases();
    responses();
    fields();
    written_statements();
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
    debug(&reader, |reader, f| LineReader::fmt(reader, f));
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
    keep(Reply::of_line(bytes()));
    let mut writer = Writer::new(any(0), any::<&mut [u8]>(&mut room));
    Writer::bytes(any(&mut writer), bytes());
    Writer::decimal(any(&mut writer), any(0));
    Writer::reply(any(&mut writer), any(Reply::Ok));
    Writer::name(any(&mut writer), bytes());
    Writer::quoted(any(&mut writer), bytes());
    Writer::quoted_text(any(&mut writer), any(Text::EMPTY));
    Writer::signed(any(&mut writer), any(0));
    Writer::comma(any(&mut writer));
    Writer::end(any(&mut writer));
    Writer::error_code(any(&mut writer), any(0));
    keep(Writer::written(any(&writer)));
    keep(Writer::is_complete(any(&writer)));
    keep(Writer::produced(any(&writer)));
}

fn data_phases() {
    let mut phase = DataPhase::new(any(0));
    keep(DataPhase::take(any(&mut phase), bytes()));
    keep(DataPhase::taken(any(&phase)));
    keep(DataPhase::remaining(any(&phase)));
    keep(DataPhase::is_complete(any(&phase)));
    keep(DataPhase::abort(any(&mut phase)));
}

fn responses() {
    let mut memory = [0; 32];
    let record = Record::new(bytes(), any(2), any(1));
    let record = any(Record::of_first(record, any(0)));
    let record = any(Record::without_line_end(record));
    let record = any(Record::at_most(record, any(0)));
    let records = [any(Record::with_marks(record, any(b','), any(b':')))];
    let reports = [bytes()];
    let reports = any::<&[&[u8]]>(&reports);
    let records = any::<&[Record<'_>]>(&records);
    let expected = any(Expected { echo: bytes(), records, reports });
    let mut reader = ResponseReader::new(any::<&mut [u8]>(&mut memory));
    ResponseReader::expect_echo(any(&mut reader));
    ResponseReader::allow_echo(any(&mut reader));
    ResponseReader::excuse_echo(any(&mut reader));
    keep(ResponseReader::feed(any(&mut reader), &expected, bytes()));
    keep(ResponseReader::is_echo_pending(any(&reader)));
    keep(ResponseReader::is_inside_unit(any(&reader)));
    keep(ResponseReader::resynchronize(any(&mut reader)));
    ResponseReader::forget_echo(any(&mut reader));
    ResponseReader::reset(any(&mut reader));
}

fn fields() {
    let mut fields = Fields::new(bytes());
    keep(Fields::next_back(any(&mut fields)));
    keep(Fields::rest(any(&fields)));
    keep(Fields::is_empty(any(&fields)));
    let Some(field) = any(Fields::next(any(&mut fields))) else { return };
    keep(Field::bytes(&field));
    keep(Field::integer(&field, any(0), any(0)));
    keep(Field::string(&field));
}

fn written_statements() {
    let mut room = [0; 8];
    let room = any::<&mut [u8]>(&mut room);
    let mut writer = StatementWriter::new(any(0), room, any(Terminator::CrLf));
    let name = any(Name::Extended(bytes()));
    StatementWriter::execute(any(&mut writer), name);
    StatementWriter::query(any(&mut writer), name);
    StatementWriter::test(any(&mut writer), name);
    StatementWriter::set(any(&mut writer), name);
    StatementWriter::integer(any(&mut writer), any(0));
    StatementWriter::string(any(&mut writer), bytes());
    StatementWriter::omitted(any(&mut writer));
    keep(StatementWriter::finish(any(writer), any(0)));
    show::<StatementWriteError>(&StatementWriteError::Name);
}
