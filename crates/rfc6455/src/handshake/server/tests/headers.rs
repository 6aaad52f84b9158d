//! Headers that are missing, wrong, malformed, or the application's own.

use super::*;

#[test]
fn headers_that_are_missing_wrong_or_twice() {
    let all = [HOST, UPGRADE, CONNECTION, KEY, VERSION];
    let rejections = [
        Rejection::Host,
        Rejection::Upgrade,
        Rejection::Connection,
        Rejection::Key,
        Rejection::WebSocketVersion,
    ];
    for (index, rejection) in rejections.into_iter().enumerate().step_by(FEW) {
        let mut lines = all;
        lines[index] = "";
        assert_read(&format!("{LINE}{}\r\n", lines.concat()), Err(rejection));
        // The order does not matter, for what is right and for what is wrong.
        lines.reverse();
        assert_read(&format!("{LINE}{}\r\n", lines.concat()), Err(rejection));
    }
    for (name, values, rejection) in [
        (
            "Host",
            &[
                "",
                " ",
                "a b",
                "a,b c",
                "a/b",
                "u@a",
                ":80",
                "a:8o",
                "a:80:",
                "[::1",
                "[::g]",
                "a[",
                "[::1]a",
                "\u{e4}",
                "[]",
                "[:]",
                "[:::::]",
                "[1.2.3.4]",
                "[1::2::3]",
                "[::1",
                "[12345::]",
                "[::1.2.3]",
                "[::1.2.3.256]",
                "[::1]:0",
                "%",
                "%zz",
                "a%4",
                "h:99999",
                "h:0",
                "h:65536",
                "u:p@a",
                "@a",
                "[::1]]",
                "[[::1]]",
            ][..],
            Rejection::Host,
        ),
        (
            "Upgrade",
            &["", "websockets", "web socket", "h2c", "websocket/13", "\"websocket\""],
            Rejection::Upgrade,
        ),
        (
            "Connection",
            &["", "keep-alive", "upgrad", "upgrades", "upgrade x"],
            Rejection::Connection,
        ),
        (
            "Sec-WebSocket-Version",
            &["", "8", "1", "130", "1 3", "013", "13, 8", "0xd"],
            Rejection::WebSocketVersion,
        ),
        (
            "Sec-WebSocket-Key",
            &[
                "",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ===",
                "dGhlIHNhbXBsZSBub25jZQ== =",
                "dGhlIHNhbXBs SBub25jZQ==",
                "dGhl IHNhbXBsZSBub25jZQ==",
                "dGhl\tIHNhbXBsZSBub25jZQ==",
                "dGhlIHNhbXBs,SBub25jZQ==",
                "dGhlIHNhbXBsZSBub25jZR==",
                "dGhlIHNhbXBsZSBub25jZQ=A",
                "dGhlIHNhbXBsZSBub25j====",
                "dGhlIHNhbXBsZSBub25jZWE=",
                "dGhlIHNhbXBsZSBub25jZWEh",
                "dGhl-HNhbXBsZSBub25jZQ==",
            ],
            Rejection::Key,
        ),
    ] {
        let index = all.iter().position(|line| line.starts_with(&format!("{name}:"))).unwrap();
        for value in values.iter().step_by(FEW * FEW) {
            let wrong = format!("{name}: {value}\r\n");
            let mut lines = all;
            lines[index] = &wrong;
            assert_read(&format!("{LINE}{}\r\n", lines.concat()), Err(rejection));
        }
    }
    // RFC 7230 5.4, RFC 6455 4.2.1 item 5, 11.3.5, RFC 6454 7.3.
    for (twice, rejection) in [
        (HOST, Rejection::Host),
        (KEY, Rejection::Key),
        (VERSION, Rejection::Repeated),
        ("Sec-WebSocket-Version: 8\r\n", Rejection::Repeated),
        ("Origin: a\r\nOrigin: a\r\n", Rejection::Repeated),
    ]
    .into_iter()
    .step_by(FEW)
    {
        assert_read(&with(twice), Err(rejection));
    }
    for body in [
        "Content-Length: 5\r\n",
        "Content-Length: 00\r\n",
        "Content-Length:\r\n",
        "Transfer-Encoding: chunked\r\n",
        // RFC 7230 3.3.3: a second header does not take the first one back.
        "Content-Length: 5\r\nContent-Length: 0\r\n",
        "Content-Length: 0\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
    ]
    .into_iter()
    .step_by(FEW)
    {
        assert_read(&with(body), Err(Rejection::Body));
    }
}

#[test]
fn headers_that_are_malformed() {
    for line in [
        "\n|",
        ":| x",
        " |x: y",
        "\t|x",
        "Host |: x",
        "Host\r|\n",
        "Ho\u{1}|st",
        "X: a\n|",
        "X: a\r |b",
        "X: a\0|",
        "X: a\x7f|",
        "X: y\r\n |folded",
        "X: y\r\r|",
        "(|",
        "\rX|",
        "\r\r|",
        "{|",
    ] {
        assert_read(&format!("{LINE}{line}"), Err(Rejection::Header));
    }
}

#[test]
fn headers_that_the_application_wants() {
    // RFC 7230 3.2: in any case, and no other that begins or ends so.
    for (name, is_it) in [
        ("COOKIE", true),
        ("cookie", true),
        ("Cookie", true),
        ("Cookie2", false),
        ("Cooki", false),
        ("X-Cookie", false),
    ]
    .into_iter()
    .step_by(FEW)
    {
        let read = assert_read(&with(&format!("{name}: a\r\nUser-Agent:b\r\nX: y\r\n")), Ok(()));
        assert_eq!(read.cookie.as_deref(), is_it.then_some(&b"a"[..]), "{name}");
        assert_eq!(read.agent.as_deref(), Some(&b"b"[..]));
    }
    // Too long, for each of them.
    for (header, expected) in [
        ("Cookie: 123456789\r\n", Err(Rejection::FieldTooLong)),
        ("User-Agent: 123456789\r\n", Err(Rejection::FieldTooLong)),
        ("Origin: 123456789\r\n", Err(Rejection::FieldTooLong)),
        ("Cookie: 1234\r\ncookie: 567\r\n", Err(Rejection::FieldTooLong)),
        ("Cookie: 12345678\r\nUser-Agent: 12345678\r\n", Ok(())),
        ("X: 123456789\r\n", Ok(())),
    ]
    .into_iter()
    .step_by(FEW)
    {
        let request = with(header).replace("server.example.com", "a");
        let read = read(Setup { room: 8, ..PLENTY }, request.as_bytes());
        assert_eq!((read.taken, read.verdict), (request.len(), Some(expected)), "{header}");
    }
    let request = with("").replace("server.example.com", "123456789");
    let long_host = read(Setup { room: 8, ..PLENTY }, request.as_bytes());
    assert_eq!(long_host.verdict, Some(Err(Rejection::FieldTooLong)));
    // One of the handshake's own, twice the same one, one that is not named, one without memory.
    let (mut first, mut second) = ([0; 8], [0; 8]);
    let mut headers = [
        HeaderMemory::new(b"Upgrade", &mut first),
        HeaderMemory::new(b"upgrade", &mut second),
        HeaderMemory::new(b"connection", &mut []),
        HeaderMemory::new(b"", &mut []),
        HeaderMemory::new(b"x", &mut []),
    ];
    let mut memory = RequestMemory::new();
    memory.headers = &mut headers;
    let mut reader = RequestReader::new(memory, DEFAULT_HEADER_LIMIT);
    let request = with("").replace("websocket", "h2c");
    assert_eq!(reader.feed(request.as_bytes()).1, Some(Err(Rejection::Upgrade)));
    assert_eq!(reader.header(b"Upgrade"), Some(&b"h2c"[..]));
    assert_eq!(reader.header(b"Connection"), Some(&b""[..]));
    for name in ["", "x", "host"] {
        assert_eq!(reader.header(name.as_bytes()), None);
    }
}
