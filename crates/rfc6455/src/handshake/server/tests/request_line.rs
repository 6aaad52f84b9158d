//! Request lines that are wrong, with the byte that shows it.

use super::*;

#[test]
fn request_lines_that_are_wrong() {
    for (line, rejection) in [
        ("POST /chat HTTP/1.1", Rejection::Method),
        ("get /chat HTTP/1.1", Rejection::Method),
        ("GETS /chat HTTP/1.1", Rejection::Method),
        ("GE /chat HTTP/1.1", Rejection::Method),
        ("OPTIONS * HTTP/1.1", Rejection::Method),
        ("CONNECT a:80 HTTP/1.1", Rejection::Method),
        ("PRI * HTTP/2.0", Rejection::Method),
        ("GET / HTTP/1.0", Rejection::HttpVersion),
        ("GET / HTTP/2.0", Rejection::HttpVersion),
        ("GET / HTTP/0.9", Rejection::HttpVersion),
        ("GET * HTTP/1.1", Rejection::Target),
        ("GET chat HTTP/1.1", Rejection::Target),
        ("GET a:80 HTTP/1.1", Rejection::Target),
        ("GET ws://a/b HTTP/1.1", Rejection::Target),
        ("GET http:/a HTTP/1.1", Rejection::Target),
        ("GET http HTTP/1.1", Rejection::Target),
        ("GET /a#b HTTP/1.1", Rejection::Target),
        ("GET /\u{e4} HTTP/1.1", Rejection::Target),
        ("GET \u{e4} HTTP/1.1", Rejection::Target),
        ("GET h\u{e4} HTTP/1.1", Rejection::Target),
        // RFC 7230 2.7.1: an empty host is invalid, userinfo is an error.
        ("GET http:// HTTP/1.1", Rejection::Target),
        ("GET http:///a HTTP/1.1", Rejection::Target),
        ("GET http://?a HTTP/1.1", Rejection::Target),
        ("GET https://:80/a HTTP/1.1", Rejection::Target),
        ("GET http://u:p@a/b HTTP/1.1", Rejection::Target),
        ("GET http://@a/b HTTP/1.1", Rejection::Target),
        ("GET http://[::g]/ HTTP/1.1", Rejection::Target),
        ("GET http://a:99999/ HTTP/1.1", Rejection::Target),
        ("GET http://a#b HTTP/1.1", Rejection::Target),
        ("GET http://a/\u{e4} HTTP/1.1", Rejection::Target),
        ("GET http://a\u{e4}/ HTTP/1.1", Rejection::Target),
        ("GET http://a\u{e4} HTTP/1.1", Rejection::Target),
    ]
    .into_iter()
    .step_by(FEW * FEW)
    {
        // Well-formed but wrong: reported at the blank line, before whatever else is wrong.
        assert_read(&format!("{line}\r\nX: y\r\n\r\n"), Err(rejection));
        assert_read(&with("").replace(LINE.trim_end(), line), Err(rejection));
    }
    for line in [
        "\n|",
        " |GET / HTTP/1.1",
        "\r\r|\n",
        "GET\r|\n",
        "GET\t|/ HTTP/1.1",
        "GET  |/ HTTP/1.1",
        "GET /\r|\n",
        "GET /\0| HTTP/1.1",
        "GET /\x7f| HTTP/1.1",
        "GET / \r|\n",
        "GET /  |HTTP/1.1",
        "GET / h|ttp/1.1",
        "GET / HTTP |1.1",
        "GET / HTTP/11|.1",
        "GET / HTTP/1.10|",
        "GET / HTTP/1.1 |\r\n",
        "GET / HTTP/1.1\n|",
        "GET / HTTP/1.1\r\r|\n",
        "GET / HTTP/x|.1",
        "G(|",
        "\u{16}|\u{3}\u{1}",
    ] {
        assert_read(line, Err(Rejection::NotHttp));
    }
}
