//! Conformance vectors: what is read and written, by the documentation and by what firmware does. They use nothing but this
//! crate's public items and `alloc`, so that the tests of this crate run them, and a program on a microcontroller does, too.
//!
//! Each is a function without arguments that panics if something is not as it should be.

pub(crate) mod answers;
mod data_phase;
mod fields;
mod integers;
pub(crate) mod lines;
pub(crate) mod params;
pub(crate) mod reader;
pub(crate) mod statement_writer;
mod statements;

/// Of what is done in several ways, every so many are tried: all; few under Miri, which takes far longer.
pub(crate) const FEW: usize = if cfg!(miri) { 3 } else { 1 };

/// The places of something of this length, where each is tried: all; under Miri the one in the middle.
fn places(len: usize) -> impl Iterator<Item = usize> {
    let (first, step) = if cfg!(miri) { (len / 2, len.max(1)) } else { (0, 1) };
    (first..len).step_by(step)
}

macro_rules! list {
    ($($vector:path,)*) => {&[$((stringify!($vector), $vector),)*]};
}

/// All of them, with their names.
pub(crate) const ALL: &[(&str, fn())] = list![
    answers::exact_bytes,
    answers::pieces,
    answers::error_codes_have_eight_digits,
    answers::decimals,
    data_phase::exactly_n_bytes_in_any_pieces_and_any_bytes,
    data_phase::an_abort_leaves_the_rest_to_others,
    fields::from_both_ends,
    fields::one_string_of_any_content_between_numbers,
    fields::nothing_is_left_at_the_end,
    fields::what_a_field_is_not,
    integers::written_integers,
    integers::integers_beyond_32_bits,
    integers::not_integers,
    lines::lines_end_with_cr_lf,
    lines::lone_cr_and_lone_lf_are_ordinary,
    lines::one_byte_may_end_lines,
    lines::limit_counts_the_terminator,
    lines::a_line_far_too_long_is_one_event,
    lines::zero_byte_discards_what_is_pending,
    lines::without_memory_every_line_is_too_long,
    lines::what_is_not_echoed_is_not_overwritten,
    lines::switching_echo_keeps_what_waits,
    lines::reset_forgets_all_but_the_setting,
    lines::release_without_a_line_changes_nothing,
    params::omitted_is_empty_or_left_off,
    params::empty_string_is_not_omitted,
    params::ranges_include_both_ends,
    params::finish_wants_nothing_left,
    params::sixteen_and_more_fields_are_counted,
    params::commas_part_fields_also_inside_quotes,
    params::escapes,
    params::no_strings,
    params::quotes_are_not_counted,
    reader::damage::bytes_lost_at_every_place,
    reader::damage::bytes_added_at_every_place,
    reader::damage::bits_flipped_at_every_place,
    reader::damage::a_reboot_at_every_place,
    reader::damage::lost_step_is_said,
    reader::damage::an_echo_that_is_damaged_at_every_place,
    reader::damage::a_record_that_never_ends_can_be_given_up,
    reader::echo::echo_and_answer,
    reader::echo::what_is_not_expected_is_a_line,
    reader::echo::reports_inside_an_echo,
    reader::echo::an_answer_before_the_end_of_the_echo_says_that_some_was_lost,
    reader::echo::an_answer_is_not_mistaken_for_the_rest_of_a_cut_echo,
    reader::echo::a_line_inside_an_echo_that_looks_like_a_record,
    reader::echo::busy_and_what_the_caller_does_then,
    reader::echo::a_reset_forgets_everything,
    reader::echo::two_different_reports_at_different_places,
    reader::echo::a_doubt_about_an_old_echo_is_not_one_about_the_next,
    reader::echo::a_new_statement_takes_the_place_of_the_old_one,
    reader::echo::an_echo_that_may_come_or_not,
    reader::units::what_a_module_prints,
    reader::units::records,
    reader::units::records_with_marks_of_their_own,
    reader::units::a_comma_ends_no_head_with_another_mark,
    reader::units::the_end_of_a_records_line_goes_with_its_data,
    reader::units::a_mebibyte_of_answers_passes_through_a_buffer_of_64_bytes,
    reader::units::the_memory_bounds_lines,
    reader::units::what_the_module_writes_the_host_reads,
    statement_writer::vectors_both_ways,
    statement_writer::what_cannot_be_written,
    statement_writer::the_limit_counts_the_line_end,
    statement_writer::what_is_no_statement,
    statements::names_and_forms,
    statements::no_statements,
    statements::names_compare_without_case,
];

/// A vector that is not on the list would be a test here, and nothing on a microcontroller.
#[cfg(test)]
#[test]
#[cfg_attr(miri, ignore = "it reads source text and calls nothing of the crate")]
fn every_vector_is_on_the_list() {
    let files = [
        include_str!("answers.rs"),
        include_str!("data_phase.rs"),
        include_str!("fields.rs"),
        include_str!("integers.rs"),
        include_str!("lines.rs"),
        include_str!("params.rs"),
        include_str!("reader/damage.rs"),
        include_str!("reader/echo.rs"),
        include_str!("reader/units.rs"),
        include_str!("statement_writer.rs"),
        include_str!("statements.rs"),
    ];
    let vectors = files.map(|file| file.matches("#[cfg_attr(test, test)]\n").count());
    assert_eq!(ALL.len(), vectors.iter().sum());
}
