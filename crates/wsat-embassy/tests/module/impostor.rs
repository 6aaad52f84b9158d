//! A TLS 1.3 server that says in its handshake what a test wants it to say (RFC 8446), where rustls says what is right.

use crate::network::Server;
use embedded_io_async::{Read, Write};
use rcgen::{KeyPair, SigningKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::digest::{SHA256, digest};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk};
use ring::rand::SystemRandom;
use ring::{aead, hmac};

/// What stands between EncryptedExtensions and Finished.
#[derive(Clone, Copy)]
pub(crate) enum Message {
    /// CertificateRequest, for a key of P-256.
    Request,
    Certificate,
    /// CertificateVerify, with a signature of all that came before.
    Signature,
}

struct Len(usize);

impl KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF-Expand-Label (7.1)
fn expand(secret: &[u8], label: &str, context: &[u8], len: usize) -> Vec<u8> {
    let length = (len as u16).to_be_bytes();
    let label = format!("tls13 {label}");
    let counts = [[label.len() as u8], [context.len() as u8]];
    let info = [&length, &counts[0][..], label.as_bytes(), &counts[1], context];
    let mut out = vec![0; len];
    let prk = Prk::new_less_safe(HKDF_SHA256, secret);
    prk.expand(&info, Len(len)).unwrap().fill(&mut out).unwrap();
    out
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// The handshake's traffic secret of the server (7.1), without a pre-shared key.
fn secret(shared: &[u8], hellos: &[u8]) -> Vec<u8> {
    let extract = |salt: &[u8], secret: &[u8]| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), secret).as_ref().to_vec()
    };
    let early = extract(&[0; 32], &[0; 32]);
    let handshake = extract(&expand(&early, "derived", &hash(&[]), 32), shared);
    expand(&handshake, "s hs traffic", &hash(hellos), 32)
}

/// A message of the handshake: its type, and 24 bits of length (4).
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = (body.len() as u32 | u32::from(kind) << 24).to_be_bytes().to_vec();
    message.extend_from_slice(body);
    message
}

/// A record: its type, the version of old, and its length (5.1).
fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16).to_be_bytes();
    [&[kind, 3, 3], &length[..], body].concat()
}

impl Server {
    /// The next record. `None`: the client has left.
    async fn record(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut header = [0; 5];
        self.rx.read_exact(&mut header).await.ok()?;
        let mut body = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
        self.rx.read_exact(&mut body).await.ok()?;
        Some((header[0], body))
    }

    /// Answers a ClientHello.
    pub(crate) async fn pose(&mut self, certificate: &[u8], key: &KeyPair, messages: &[Message]) {
        let (kind, hello) = self.record().await.expect("a ClientHello");
        assert_eq!((kind, hello[0]), (22, 1));
        // Its share of P-256: group 23, 65 bytes, an uncompressed point.
        let share = hello.windows(5).position(|five| five == [0, 23, 0, 65, 4]).unwrap() + 4;
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let own_share = own.compute_public_key().unwrap();
        let session = &hello[38..39 + usize::from(hello[38])];
        let extensions =
            [&[0, 43, 0, 2, 3, 4, 0, 51, 0, 69, 0, 23, 0, 65], own_share.as_ref()].concat();
        let body = [&[3, 3], &[7; 32][..], session, &[0x13, 1, 0, 0, 79], &extensions].concat();
        let answer = message(2, &body);
        self.tx.write_all(&record(22, &answer)).await.unwrap();
        let mut said = [hello.clone(), answer].concat();
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &hello[share..share + 65]);
        let secret = agree_ephemeral(own, &theirs, |shared| secret(shared, &said)).unwrap();
        let mut flight = message(8, &[0, 0]);
        for next in messages {
            let so_far = [&said[..], &flight].concat();
            flight.extend(match next {
                Message::Request => message(13, &[0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3]),
                Message::Certificate => {
                    let entry = [&message(0, certificate)[1..], &[0, 0]].concat();
                    message(11, &[&[0], &message(0, &entry)[1..]].concat())
                }
                Message::Signature => {
                    let context = b"TLS 1.3, server CertificateVerify\0";
                    let content = [&[b' '; 64][..], context, &hash(&so_far)].concat();
                    let signature = key.sign(&content).unwrap();
                    let length = (signature.len() as u16).to_be_bytes();
                    // ecdsa_secp256r1_sha256 (4.2.3)
                    message(15, &[&[4, 3], &length[..], &signature].concat())
                }
            });
        }
        said.extend_from_slice(&flight);
        let finished = hmac::Key::new(hmac::HMAC_SHA256, &expand(&secret, "finished", &[], 32));
        flight.extend(message(20, hmac::sign(&finished, &hash(&said)).as_ref()));
        // The type of what is in it (5.2).
        flight.push(22);
        let iv = expand(&secret, "iv", &[], 12);
        let nonce = aead::Nonce::try_assume_unique_for_key(&iv).unwrap();
        let key = aead::UnboundKey::new(&aead::AES_128_GCM, &expand(&secret, "key", &[], 16));
        let header = &record(23, &vec![0; flight.len() + 16])[..5];
        aead::LessSafeKey::new(key.unwrap())
            .seal_in_place_append_tag(nonce, aead::Aad::from(header), &mut flight)
            .unwrap();
        // Who does not want more of it is not to be convinced.
        _ = self.tx.write_all(&record(23, &flight)).await;
    }

    /// What the client still says under keys, until it leaves or there are as many records: their lengths.
    pub(crate) async fn encrypted(&mut self, most: usize) -> Vec<usize> {
        let mut records = Vec::new();
        while records.len() < most
            && let Some((kind, body)) = self.record().await
        {
            records.extend((kind == 23).then_some(body.len()));
        }
        records
    }
}
